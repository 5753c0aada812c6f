import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { createDocumentServer, LevelLog, ServerError, ServerErrorCode } from "@interline/server";
import pino from "pino";
import { type Config, readConfig } from "./config.ts";
import { createRequestListener } from "./http.ts";

/** Requests and connections that have not ended by then are cut off. */
const STOP_TIMEOUT_MS = 10_000;

const read = readConfig(process.argv.slice(2));
if ("stop" in read) {
  const { text, exitCode } = read.stop;
  (exitCode === 0 ? process.stdout : process.stderr).write(text);
  process.exitCode = exitCode;
} else await run(read.config);

async function run(config: Config): Promise<void> {
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

  let log: LevelLog;
  try {
    log = await LevelLog.open({ location: config.dataDir });
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
    return giveUp(
      error.code === ServerErrorCode.StoreLocked
        ? `The folder ${config.dataDir} is in use by another server. Stop that one, or choose another with --data-dir.`
        : `The folder ${config.dataDir} cannot be opened as a database: ${reasonOf(error)}.`,
    );
  }

  let isReady = false;
  const documents = createDocumentServer({ log, logger, allowedOrigins: config.allowOrigin });
  const webRoot = fileURLToPath(new URL("../../web/dist", import.meta.url));
  const http = createServer(createRequestListener({ webRoot, isReady: () => isReady }));
  documents.attach(http);

  http.once("error", (error: NodeJS.ErrnoException) => {
    giveUp(
      error.code === "EADDRINUSE"
        ? `Port ${config.port} is in use. Choose another with --port.`
        : `Cannot listen on ${config.host} port ${config.port}: ${error.message}.`,
    );
    void log.close();
  });
  http.listen(config.port, config.host, () => {
    isReady = true;
    const address = http.address();
    const port = typeof address === "object" && address !== null ? address.port : config.port;
    process.stdout.write(`Interline is ready: open http://${urlHost(config.host)}:${port}\n`);
  });

  let isStopping = false;
  const stop = async (): Promise<void> => {
    // The second time: now.
    if (isStopping) process.exit(1);
    isStopping = true;
    isReady = false;
    setTimeout(() => process.exit(1), STOP_TIMEOUT_MS).unref();
    const closed = new Promise((resolve) => {
      http.close(resolve);
    });
    await documents.close();
    http.closeAllConnections();
    await closed;
    await log.close();
    process.exit(0);
  };
  process.on("SIGTERM", () => void stop());
  process.on("SIGINT", () => void stop());
}

function giveUp(sentence: string): void {
  process.stderr.write(`${sentence}\n`);
  process.exitCode = 1;
}

function reasonOf(error: Error): string {
  let { message } = error;
  for (let { cause } = error; cause instanceof Error; { cause } = cause) ({ message } = cause);
  return message;
}

/** The host as one would type it into a browser on this machine. */
function urlHost(host: string): string {
  if (host === "0.0.0.0" || host === "::") return "localhost";
  return host.includes(":") ? `[${host}]` : host;
}
