import { isIP } from "node:net";
import { fileURLToPath } from "node:url";
import {
  type Catalogue,
  createDocumentServer,
  type DocumentServer,
  hostName,
  ServerError,
  ShareLinks,
  tokenAccess,
} from "@interline/server";
import pino, { type Logger } from "pino";
import type { Config } from "../config.ts";
import { type App, createHttpServer } from "../http/server.ts";
import { programMetrics } from "../metrics.ts";
import { openStore, type Store } from "./store.ts";

/** Requests and connections that have not ended by then, after everybody was sent away, are cut off. */
const STOP_TIMEOUT_MS = 10_000;

/** Serves until it is asked to stop. */
export async function serve(config: Config): Promise<void> {
  const logger = pino(
    { level: config.logLevel, serializers: { error: pino.stdSerializers.err } },
    pino.destination(2),
  );
  const crash = (error: unknown): void => {
    // What was acknowledged is on the disk: ending at once loses nothing, going on in an unknown state might.
    logger.fatal({ event: "crash", error }, "unexpected failure");
    process.exit(1);
  };
  process.on("uncaughtException", crash);
  process.on("unhandledRejection", crash);

  let store: Store;
  try {
    store = await openStore(config, logger);
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
    return giveUp(error.message);
  }
  const { log } = store;

  let isReady = false;
  const metrics = programMetrics(() => documents.stats());
  const documents = createDocumentServer({
    log,
    logger,
    metrics,
    access: accessOf(config, log.catalogue),
    siblings: store.siblings,
    isProxied: config.trustProxy,
    allowedOrigins: config.allowOrigin,
    allowedHosts: hostsOf(config),
  });
  const webRoot = fileURLToPath(new URL("../../../web/dist", import.meta.url));
  const http = await createHttpServer({
    documents,
    backup: store.backup,
    logger,
    metrics,
    webRoot,
    isReady: () => isReady && store.isReady(),
    isProxied: config.trustProxy,
    basePath: config.basePath,
    connectsTo: config.drainTo === undefined ? [] : [config.drainTo],
    allowedOrigins: config.allowOrigin,
  });
  documents.attach(http.server, ["/sync", `${config.basePath}sync`]);
  try {
    await http.listen({ port: config.port, host: config.host });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    giveUp(
      code === "EADDRINUSE"
        ? `Port ${config.port} is in use. Choose another with --port.`
        : `Cannot listen on ${config.host} port ${config.port}: ${message}. Choose an address of this machine with --host.`,
    );
    await documents.close();
    await store.close();
    return;
  }
  isReady = true;
  process.stdout.write(greetingOf(config, http));

  let isStopping = false;
  const stop = async (): Promise<void> => {
    // The second time: now.
    if (isStopping) process.exit(1);
    isStopping = true;
    isReady = false;
    await drain(config, documents, logger);
    setTimeout(() => process.exit(1), STOP_TIMEOUT_MS).unref();
    const closed = http.close();
    await documents.close();
    http.server.closeAllConnections();
    await closed;
    await store.close();
    logger.info({ event: "stopped" }, "everything is saved");
    process.exit(0);
  };
  process.on("SIGTERM", () => void stop());
  process.on("SIGINT", () => void stop());
}

/** Undefined: everybody may do everything. */
function accessOf(config: Config, catalogue: Catalogue): ReturnType<typeof tokenAccess> | undefined {
  const { jwtSecret: secret, jwksUrl, jwtIssuer: issuer, jwtAudience: audience, defaultRole } = config;
  if (config.open) return undefined;
  const links = new ShareLinks(catalogue);
  const hasGuests = config.guests || !hasLogin(config);
  return tokenAccess({ secret, jwksUrl, issuer, audience, defaultRole, hasGuests, catalogue, links });
}

/**
 * Names that the server answers to. Where everybody needs a token nobody gets anything by a name alone: all of
 * them, unless some are given.
 */
function hostsOf(config: Config): readonly string[] {
  const { host, allowHost } = config;
  if (hasLogin(config) && !config.guests && allowHost.length === 0) return ["*"];
  const listensOn = isIP(host) === 0 ? hostName(host) : undefined;
  return listensOn === undefined ? allowHost : [listensOn, ...allowHost];
}

function hasLogin({ jwtSecret, jwksUrl }: Config): boolean {
  return jwtSecret !== undefined || jwksUrl !== undefined;
}

/** Not ready first, for load balancers; then clients are sent away one by one. */
async function drain(config: Config, documents: DocumentServer, logger: Logger): Promise<void> {
  const { drainDelay, drainRate: perSecond, drainTo: url } = config;
  const { connections: clients } = documents.stats();
  logger.info({ event: "draining", clients, drainDelay, perSecond }, "stopping");
  if (drainDelay > 0 && clients > 0) await new Promise((resolve) => setTimeout(resolve, drainDelay));
  await documents.drain({ perSecond, url });
}

function greetingOf(config: Config, { server }: App): string {
  const { host, port: asked, basePath } = config;
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : asked;
  const greeting = `Interline is ready: open http://${urlHost(host)}:${port}${basePath === "/" ? "" : basePath}\n`;
  if (config.open) return `${greeting}Everybody who can reach this address owns every document.\n`;
  if (hasLogin(config)) return greeting;
  return `${greeting}Nobody needs a login: whoever has the address of a document may write it, unless its owner decides otherwise. See --help for logins.\n`;
}

function giveUp(sentence: string): void {
  process.stderr.write(`${sentence}\n`);
  process.exitCode = 1;
}

/** The host as one would type it into a browser on this machine. */
function urlHost(host: string): string {
  if (host === "0.0.0.0" || host === "::") return "localhost";
  return host.includes(":") ? `[${host}]` : host;
}
