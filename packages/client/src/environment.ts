/** What is used of a WebSocket: the browser's and npm `ws`'s both fit. @public */
export interface WebSocketLike {
  binaryType: string;
  /** The subprotocol that the server chose; empty or absent: none. */
  readonly protocol?: string | undefined;
  onopen: ((event: never) => void) | null;
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  onclose: ((event: { readonly code: number; readonly reason: string }) => void) | null;
  onerror: ((event: never) => void) | null;
  send(frame: string): void;
  close(code?: number, reason?: string): void;
}

/** @public */
export type Timer = unknown;

/**
 * Everything that the client needs of the platform it runs on. Tests pass their own, so that any failure replays.
 * @public
 */
export interface Environment {
  /** The wall clock, in ms: for moments that people see or the disk keeps. Anybody may set it, forwards and back. */
  readonly now: () => number;
  /** A clock that nobody can set, in ms from any start: for durations. It may stand still while the device sleeps. */
  readonly monotonicNow: () => number;
  readonly setTimeout: (run: () => void, ms: number) => Timer;
  readonly clearTimeout: (timer: Timer) => void;
  /** A number in [0, 1). */
  readonly random: () => number;
  /** So many unpredictable bytes. */
  readonly randomBytes: (length: number) => Uint8Array;
  /** `subprotocols`: those that the client knows, for the server to choose from. */
  readonly openSocket: (url: string, subprotocols: string[]) => WebSocketLike;
  /** Left out, nothing but WebSockets is used. */
  readonly fetch?: typeof globalThis.fetch;
  /** Unpacks raw DEFLATE to UTF-8 text. Left out, the server is asked for uncompressed messages only. */
  readonly inflate?: (bytes: ArrayBuffer) => Promise<string>;
  /**
   * Calls back when it is worth trying at once: the network or the page came back. Returns how to stop it.
   */
  readonly onWake: (listener: () => void) => () => void;
  /**
   * Calls back, at once, at every change and when the page is left, with whether nobody can see the page.
   * Absent where there is no page. Returns how to stop it.
   */
  readonly onVisibility?: (listener: (isHidden: boolean) => void) => () => void;
}

interface EventSource {
  addEventListener(type: string, listener: () => void): void;
  removeEventListener(type: string, listener: () => void): void;
}

interface Platform extends Partial<EventSource> {
  readonly setTimeout: (run: () => void, ms: number) => unknown;
  readonly clearTimeout: (timer: unknown) => void;
  readonly crypto: { getRandomValues(bytes: Uint8Array): Uint8Array };
  readonly WebSocket?: new (url: string, subprotocols: string[]) => WebSocketLike;
  readonly fetch?: typeof globalThis.fetch;
  readonly DecompressionStream?: new (format: "deflate-raw") => object;
  readonly Blob: new (parts: ArrayBuffer[]) => { stream(): { pipeThrough(through: object): object } };
  readonly Response: new (body: object) => { text(): Promise<string> };
  readonly document?: EventSource & { readonly visibilityState: string };
}

/**
 * The environment of a browser, or of Node 22 and later. On Node 20 pass
 * `openSocket: (url, subprotocols) => new WebSocket(url, subprotocols)` of npm `ws`.
 * @public
 */
export function platformEnvironment(): Environment {
  const platform = globalThis as unknown as Platform;
  const { DecompressionStream } = platform;
  const inflate = DecompressionStream && {
    inflate: (bytes: ArrayBuffer) => {
      const unpacked = new platform.Blob([bytes])
        .stream()
        .pipeThrough(new DecompressionStream("deflate-raw"));
      return new platform.Response(unpacked).text();
    },
  };
  return {
    ...inflate,
    // Bound: a browser's takes no other receiver than its window.
    ...(platform.fetch && { fetch: platform.fetch.bind(globalThis) }),
    now: () => Date.now(),
    monotonicNow: () => Math.round(performance.now()),
    setTimeout: (run, ms) => platform.setTimeout(run, ms),
    clearTimeout: (timer) => platform.clearTimeout(timer),
    random: () => Math.random(),
    randomBytes: (length) => platform.crypto.getRandomValues(new Uint8Array(length)),
    openSocket: (url, subprotocols) => {
      if (platform.WebSocket === undefined) {
        throw new TypeError("no WebSocket here: pass `openSocket` in the environment");
      }
      return new platform.WebSocket(url, subprotocols);
    },
    onWake: (listener) => {
      const { document } = platform;
      const onVisible = () => {
        if (document?.visibilityState === "visible") listener();
      };
      platform.addEventListener?.("online", listener);
      document?.addEventListener("visibilitychange", onVisible);
      return () => {
        platform.removeEventListener?.("online", listener);
        document?.removeEventListener("visibilitychange", onVisible);
      };
    },
    onVisibility: (listener) => {
      const { document } = platform;
      const tell = () => listener(document?.visibilityState === "hidden");
      // On a phone a tab may be closed without another word.
      const hide = () => listener(true);
      tell();
      document?.addEventListener("visibilitychange", tell);
      platform.addEventListener?.("pagehide", hide);
      platform.addEventListener?.("pageshow", tell);
      return () => {
        document?.removeEventListener("visibilitychange", tell);
        platform.removeEventListener?.("pagehide", hide);
        platform.removeEventListener?.("pageshow", tell);
      };
    },
  };
}
