import { type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { CarrierHeader, CloseCode, SPOKEN, writeAnnouncement } from "@interline/protocol";
import { statusOf } from "@interline/protocol/codes";
import type { Access, Credentials } from "./access/access.ts";
import { Gatekeeper, type Refusal } from "./access/gatekeeper.ts";
import { LoginMeter } from "./access/login-meter.ts";
import { Rechecker } from "./access/rechecker.ts";
import { ShareLinks } from "./access/share-links.ts";
import { Sharing } from "./access/sharing.ts";
import { type Clock, systemClock } from "./clock.ts";
import { DocumentHost, type DocumentHostOptions } from "./document-host.ts";
import { Documents } from "./documents/documents.ts";
import { type Watching, type WatchOptions, watch } from "./documents/watch.ts";
import {
  type CarriedConnection,
  type Carrier,
  Connection,
  type ConnectionOptions,
} from "./gateway/connection.ts";
import { addressOf } from "./gateway/address.ts";
import type { Caller } from "./gateway/caller.ts";
import { Connections } from "./gateway/connections.ts";
import { type DrainOptions, drain } from "./gateway/drain.ts";
import { EventGateway, type Siblings } from "./gateway/event-gateway.ts";
import { RequestMeter } from "./gateway/request-meter.ts";
import { Site } from "./gateway/site.ts";
import { answerWithoutUpgrade, isWebSocketUpgrade } from "./gateway/upgrade.ts";
import { Users } from "./gateway/users.ts";
import { WebSocketGateway } from "./gateway/websocket.ts";
import { type JsonLimits, jsonLimits } from "./json-bounds.ts";
import { DEFAULT_SERVER_LIMITS, type ServerLimits } from "./limits.ts";
import { Places } from "./places.ts";
import type { DocumentLog } from "./log/document-log.ts";
import { type Logger, silentLogger } from "./logger.ts";
import { type Metrics, silentMetrics } from "./metrics.ts";

/** @public */
export interface DocumentServerOptions
  extends Partial<Omit<DocumentHostOptions, "limits" | "hasOwners" | "onRules">> {
  /** Where documents live. Stays open when the server closes. */
  readonly log: DocumentLog;
  /** Each that is left out has its value of `DEFAULT_SERVER_LIMITS`. */
  readonly limits?: Partial<ServerLimits> | undefined;
  /** Who may do what. Default: everybody everything, which is for use among friends on one machine. */
  readonly access?: Access | undefined;
  /**
   * How often `access` is asked again about who has a document open, in ms; `Infinity`: only at `recheck`. Default 500.
   */
  readonly recheckMs?: number | undefined;
  /**
   * True: a proxy of yours is in front of the server and adds whom it heard to `X-Forwarded-For`. Nobody else may reach the server then.
   * Default false.
   */
  readonly isProxied?: boolean | undefined;
  /** Default: silent. */
  readonly metrics?: Metrics | undefined;
  /** Default: silent. */
  readonly logger?: Logger | undefined;
  /** Default: the machine's. */
  readonly clock?: Clock | undefined;
  /** How often a sign of life is asked for, in ms; a connection that is silent for two periods is ended. Default 15,000. */
  readonly heartbeatMs?: number | undefined;
  /** The other servers of the same log that clients may land on with their next request. Default: this is the only one. */
  readonly siblings?: Siblings | undefined;
  /** How long `close` waits for clients to go, in ms. Default 2,000. */
  readonly closeTimeoutMs?: number | undefined;
  /**
   * Origins of other sites whose pages may connect, such as `https://example.org`; `*` for all. Pages of the same host and
   * programs without an origin always may.
   */
  readonly allowedOrigins?: readonly string[] | undefined;
  /**
   * Host names under which the server is asked, such as `write.example`, beside `localhost` and IP addresses, which always are good; `*` for
   * all. Default: none without `access` or where guests come in, since pages of other sites could come in by DNS
   * rebinding; all otherwise.
   */
  readonly allowedHosts?: readonly string[] | undefined;
}

/** @public */
export interface ServerStats {
  readonly connections: number;
  /** Documents in memory. */
  readonly documents: number;
  /** Operations that wait to be committed. */
  readonly queuedOperations: number;
  /** Bytes that were sent and are not with clients yet. */
  readonly bufferedBytes: number;
}

/** @public */
export interface DocumentServer {
  /** Connections that are open now. */
  readonly connectionCount: number;
  /** For an HTTP server's `upgrade` event: makes a WebSocket connection of the socket, or refuses it. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /**
   * For an HTTP server's `request` event, where the path is that of the connections: carries clients for which no WebSocket gets
   * through.
   */
  handleRequest(request: IncomingMessage, response: ServerResponse): void;
  /**
   * Takes the WebSocket upgrades and the requests of an HTTP server on a path, or on any of several; default `/sync`. WebSockets elsewhere are answered with 404, other
   * requests go to the listeners that the server has now. A request to upgrade to something else, such as HTTP/2, is answered as if it did not.
   */
  attach(server: Server, path?: string | readonly string[]): void;
  /**
   * Asks `access` again about everybody who has a document open: call it when rights have changed. Resolves when they are in effect.
   */
  recheck(): Promise<void>;
  /** The documents, for what runs in this process. Asks for no rights. */
  readonly documents: Documents;
  /** Watches a document with the rights of a visitor. What is wrong is told by `ended`. */
  watch(options: WatchOptions): Watching;
  /** Links to documents. */
  readonly links: ShareLinks;
  /** What owners have decided about their documents. Asks for no rights. */
  readonly sharing: Sharing;
  /** Why a request is not answered under the host that it names (`allowedHosts`), if it is not. */
  hostRefusal(request: IncomingMessage): Refusal | undefined;
  /** Why the page that sends a request may not (`allowedOrigins`), if it may not. */
  originRefusal(request: IncomingMessage): Refusal | undefined;
  /** Who may do what, for what lets people in by other ways. */
  readonly gatekeeper: Gatekeeper;
  /**
   * Counts a request that comes by another way than a connection, by who asks: an id or an address. Returns 0, or how long they have to
   * wait until one is taken again, in ms (`userMessages`, `userBytes`).
   */
  admitRequest(who: string, bytes: number): number;
  /**
   * Counts something that an address keeps open by another way, a stream of events for one, among its
   * connections (`maxConnectionsPerAddress`). Call what it returns when that has ended: safe to call twice.
   * Undefined if it is too many.
   */
  holdConnection(address: string): (() => void) | undefined;
  /**
   * Takes one of the places for long answers that an address has (`maxReadsPerAddress`). Call what it returns
   * when the answer was sent, or broke off: safe to call twice. Undefined if none is free.
   */
  holdRead(address: string): (() => void) | undefined;
  /** How much one body of JSON may make a parser build. */
  readonly jsonLimits: JsonLimits;
  /** How much there is of everything, now. O(connections + documents in memory). */
  stats(): ServerStats;
  /**
   * Serves a client over a carrier of the caller's. `credentials` came with the request; a token in `hello` goes before. `speaks`: what the
   * client announced that it speaks, see PROTOCOL.md. Default: version 1.0.
   */
  connect(carrier: Carrier, credentials?: Credentials, speaks?: string): CarriedConnection;
  /**
   * Empties the server before it stops: no new connections, and each client is told when to leave and where to. Until then it goes on
   * as before. Resolves when all have gone, or when the last should have gone a while ago.
   */
  drain(options?: DrainOptions): Promise<void>;
  /**
   * Ends: no new connections, what was submitted is committed and acknowledged, clients are told to come back, documents are
   * saved. Safe to call twice.
   */
  close(): Promise<void>;
}

/**
 * A server for documents that many people write at once. Give it a log and attach it to an HTTP server.
 *
 * @example
 * const server = createDocumentServer({ log: await LevelLog.open({ location: ".data" }) });
 * server.attach(httpServer);
 * @public
 */
export function createDocumentServer(options: DocumentServerOptions): DocumentServer {
  const limits: ServerLimits = { ...DEFAULT_SERVER_LIMITS, ...options.limits };
  const clock = options.clock ?? systemClock;
  const logger = options.logger ?? silentLogger;
  const metrics = options.metrics ?? silentMetrics;
  const logins = new LoginMeter(limits.failedLogins, clock);
  const host = new DocumentHost({
    ...options,
    limits,
    clock,
    logger,
    metrics,
    hasOwners: options.access !== undefined,
    onRules: (document) => void sharing.handleNews(document),
  });
  const sharing = new Sharing(host.catalogue, clock, () => rechecker.recheck());
  const gatekeeper = new Gatekeeper(options.access, sharing, logger, logins);
  const connectionOptions: ConnectionOptions = {
    host,
    clock,
    logger,
    limits,
    users: new Users(limits, clock),
    gatekeeper,
    metrics,
    isProxied: options.isProxied ?? false,
    heartbeatMs: options.heartbeatMs ?? 15_000,
  };
  const connections = new Connections({
    clock,
    heartbeatMs: connectionOptions.heartbeatMs,
    maxPerAddress: limits.maxConnectionsPerAddress,
  });
  const webSockets = new WebSocketGateway(connectionOptions, connections);
  const events = new EventGateway(connectionOptions, connections, options.siblings);
  const site = new Site({
    allowedHosts: options.allowedHosts ?? (gatekeeper.hasGuests ? [] : ["*"]),
    allowedOrigins: options.allowedOrigins ?? [],
    logger,
  });
  const carried = new Set<Connection>();
  const allConnections = (): readonly Connection[] => [...connections, ...carried];
  const recheckMs = gatekeeper.isOpen ? Infinity : (options.recheckMs ?? 500);
  const rechecker = new Rechecker(clock, recheckMs, allConnections);
  const reads = new Places(limits.maxReadsPerAddress);
  const requests = new RequestMeter(limits, clock);
  let isDraining = false;
  let closing: Promise<void> | undefined;

  /** Why a request may not come in, if it may not. `isNew`: it would make one connection more. */
  const refusalOf = (request: IncomingMessage, isNew: boolean): Refused | undefined => {
    if (isDraining && isNew) return { status: 503 };
    const refusal = site.hostRefusal(request) ?? site.originRefusal(request);
    if (refusal !== undefined) return refusedWith(refusal);
    if (isNew && !connections.hasRoomFor(addressOf(request, connectionOptions.isProxied))) {
      return refusedWith({ code: "ERR_TOO_MANY_CONNECTIONS" });
    }
    return undefined;
  };

  const handleUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    const refusal = refusalOf(request, true) ?? (webSockets.speaks(request) ? undefined : NOT_SPOKEN);
    if (refusal === undefined) return webSockets.handleUpgrade(request, socket, head);
    if (refusal.code !== undefined) metrics.refused(refusal.code);
    refuseUpgrade(socket, refusal);
  };

  const handleRequest = (request: IncomingMessage, response: ServerResponse): void => {
    const isNew = request.method === "POST" && request.headers[CarrierHeader.Connection] === undefined;
    const refusal = refusalOf(request, isNew);
    if (refusal !== undefined) {
      if (refusal.code !== undefined) metrics.refused(refusal.code);
      request.resume();
      letRead(request, response);
      response.writeHead(refusal.status, { "content-type": "application/json" });
      response.end(bodyOf(refusal));
      return;
    }
    allowOrigin(request, response);
    if (request.method === "OPTIONS") {
      response.writeHead(204).end();
      return;
    }
    events.handle(request, response).catch((error: unknown) => {
      logger.error({ event: "request-failed", error }, "a request could not be answered");
      response.destroy();
    });
  };

  const carry = (carrier: Carrier, caller: Partial<Caller>): CarriedConnection => {
    const connection = new Connection(carrier, connectionOptions, caller);
    carried.add(connection);
    return {
      receive: (frame) => connection.receive(frame),
      heard: () => connection.heard(),
      beat: () => connection.beat(),
      drained: () => connection.drained(),
      handleClosed() {
        carried.delete(connection);
        connection.handleClosed();
      },
    };
  };

  /** A watcher is of this version: it is told everything. */
  const connectWatcher = (carrier: Carrier, credentials: Credentials): CarriedConnection =>
    carry(carrier, { credentials, speaks: writeAnnouncement(SPOKEN) });

  return {
    get connectionCount() {
      return connections.size;
    },
    handleUpgrade,
    handleRequest,
    attach(server, path = "/sync") {
      const isOurs = ({ url = "" }: IncomingMessage): boolean =>
        [path].flat().includes(url.split("?", 1)[0] ?? "");
      // What was there before gets all other requests, as with every library that shares a server.
      const others = server.listeners("request") as ((
        ...request: [IncomingMessage, ServerResponse]
      ) => void)[];
      server.removeAllListeners("request");
      server.on("request", (request, response) => {
        if (isOurs(request)) return handleRequest(request, response);
        if (others.length === 0) response.writeHead(404).end();
        for (const other of others) other.call(server, request, response);
      });
      server.on("upgrade", (request, socket, head) => {
        if (!isWebSocketUpgrade(request)) return answerWithoutUpgrade(server, request, socket, head);
        if (isOurs(request)) handleUpgrade(request, socket, head);
        else refuseUpgrade(socket, { status: 404 });
      });
    },
    recheck: () => rechecker.recheck(),
    documents: new Documents(host, options.log, clock, limits),
    links: new ShareLinks(host.catalogue),
    sharing,
    hostRefusal: (request) => site.hostRefusal(request),
    originRefusal: (request) => site.originRefusal(request),
    gatekeeper,
    admitRequest: (who, bytes) => requests.admit(who, bytes),
    holdRead: (address) => (reads.hasRoomFor(address) ? reads.take(address) : undefined),
    jsonLimits: jsonLimits(limits),
    holdConnection: (address) => connections.hold(address),
    stats() {
      const open = allConnections();
      const live = [...host.live()];
      return {
        connections: open.length,
        documents: live.length,
        queuedOperations: live.reduce((sum, { queued }) => sum + queued, 0),
        bufferedBytes: open.reduce((sum, { bufferedBytes }) => sum + bufferedBytes, 0),
      };
    },
    connect: (carrier, credentials, speaks) =>
      carry(carrier, { ...(credentials && { credentials }), ...(speaks && { speaks }) }),
    watch: (watched) => watch(connectWatcher, clock, connectionOptions.heartbeatMs, watched),
    drain(drainOptions = {}) {
      isDraining = true;
      return drain(allConnections(), clock, drainOptions);
    },
    close() {
      isDraining = true;
      closing ??= (async () => {
        rechecker.stop();
        await host.drain();
        for (const connection of carried) connection.close(CloseCode.Restart);
        await connections.close(options.closeTimeoutMs ?? 2_000);
        webSockets.close();
        await host.drain();
        await host.close();
      })();
      return closing;
    },
  };
}

/** Why a request may not come in. */
interface Refused extends Partial<Refusal> {
  readonly status: number;
}

const NOT_SPOKEN: Refused = refusedWith({ code: "ERR_SUBPROTOCOL" });

function refusedWith(refusal: Partial<Refusal> & Pick<Refusal, "code">): Refused {
  return { status: statusOf(refusal.code), ...refusal };
}

/** With the words that an operator needs, where there are any. */
function bodyOf({ code, message }: Refused): string {
  return JSON.stringify({ code, message });
}

function refuseUpgrade(socket: Duplex, refused: Refused): void {
  socket.on("error", () => {});
  const { status, code } = refused;
  const body = code === undefined ? "" : bodyOf(refused);
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    "Connection: close",
    "Content-Type: application/json",
    "Cache-Control: no-store",
    "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options: nosniff",
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`);
}

const CARRIER_HEADERS: string = ["content-type", "authorization", ...Object.values(CarrierHeader)].join(", ");

/** Lets the page of another site that may connect read the answer. */
function allowOrigin(request: IncomingMessage, response: ServerResponse): void {
  letRead(request, response);
  if (request.headers.origin === undefined) return;
  response.setHeader("access-control-allow-methods", "GET, POST, DELETE");
  response.setHeader("access-control-allow-headers", CARRIER_HEADERS);
  response.setHeader("access-control-max-age", "7200");
}

/**
 * Also a page that may not connect may read why: otherwise it could not tell a refusal from a server that
 * does not answer.
 */
function letRead({ headers: { origin } }: IncomingMessage, response: ServerResponse): void {
  response.setHeader("vary", "origin");
  if (origin !== undefined) response.setHeader("access-control-allow-origin", origin);
}
