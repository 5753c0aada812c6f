/**
 * Lets the page open without a network: it keeps the files of one build, and nothing else. Documents are not its business.
 *
 * A page comes from the network if that answers soon, so that nobody stays on an old build; files that are named after what is in them
 * come from here.
 */
declare const self: ServiceWorkerGlobalScope & {
  /** All files of this build, relative to this one, and what tells it from others. Set where it is built. */
  readonly build: { readonly version: string; readonly files: readonly string[] };
};

const { version } = self.build;
/** The path that the site is under; also the page of every document. */
const BASE = new URL("./", self.location.href).pathname;
const files = self.build.files.map((file) => BASE + file);
/** Another site of the same origin, under another path, has caches of its own. */
const PREFIX = `interline ${BASE} `;
const CACHE = PREFIX + version;
/** After so long without an answer the kept page is shown, in ms. */
const NETWORK_TIMEOUT_MS = 3_000;

self.addEventListener("install", (event) => {
  event.waitUntil(keepFiles());
});

self.addEventListener("activate", (event) => {
  event.waitUntil(forgetOlder());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    if (pathname !== BASE && !pathname.startsWith(`${BASE}d/`)) return;
    event.respondWith(page(request));
    event.waitUntil(mendCache());
  } else if (files.includes(pathname)) event.respondWith(file(request));
});

async function keepFiles(): Promise<void> {
  await fill(await caches.open(CACHE));
  // An open page has all its files: a new build need not wait until it is closed.
  await self.skipWaiting();
}

function fill(cache: Cache): Promise<void> {
  return cache.addAll(files.map((path) => new Request(path, { cache: "reload" })));
}

/**
 * A browser may empty a cache and keep its service worker. WebKitGTK does in private windows, ten seconds
 * after the last page of the site was closed. Without this the site would never again open offline.
 */
async function mendCache(): Promise<void> {
  const cache = await caches.open(CACHE);
  if ((await cache.keys()).length >= files.length) return;
  // In WebKitGTK an emptied cache stays empty whatever is put into it.
  await caches.delete(CACHE);
  // Fails without a network, and where the server has a newer build, which keeps its own files.
  await fill(await caches.open(CACHE)).catch(() => undefined);
}

async function forgetOlder(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(names.filter(isOlder).map((name) => caches.delete(name)));
  await self.clients.claim();
}

/** The first builds had no path in the names of their caches. */
function isOlder(name: string): boolean {
  return name !== CACHE && (name.startsWith(PREFIX) || (BASE === "/" && /^interline \w+$/.test(name)));
}

async function page(request: Request): Promise<Response> {
  try {
    return await fetch(request, { signal: AbortSignal.timeout(NETWORK_TIMEOUT_MS) });
  } catch {
    return (await kept(BASE)) ?? Response.error();
  }
}

async function file(request: Request): Promise<Response> {
  return (await kept(new URL(request.url).pathname)) ?? fetch(request);
}

async function kept(path: string): Promise<Response | undefined> {
  const cache = await caches.open(CACHE);
  return cache.match(path);
}
