import type { IncomingMessage, ServerResponse } from "node:http";
import cors from "@fastify/cors";
import swagger from "@fastify/swagger";
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import { CODES, type DocumentServer, statusOf } from "@interline/server";
import { Ajv } from "ajv";
import {
  type FastifyBaseLogger,
  type FastifyInstance,
  fastify,
  LogController,
  type RawServerDefault,
} from "fastify";
import type { ProgramMetrics } from "../metrics.ts";
import { answerToHost } from "./answer-to-host.ts";
import { backupRoutes } from "./api/backup.ts";
import { handleBadHead } from "./bad-head.ts";
import { type BaseOptions, seenBase, seenSite, withoutBase } from "./base-path.ts";
import { documentRoutes } from "./api/documents.ts";
import { eventRoutes } from "./api/events.ts";
import { handleError } from "./api/errors.ts";
import { fileRoutes } from "./api/files.ts";
import { historyRoutes } from "./api/history.ts";
import { linkRoutes } from "./api/links.ts";
import { sharingRoutes } from "./api/sharing.ts";
import { letIn } from "./api/let-in.ts";
import { textRoutes } from "./api/text.ts";
import { healthRoutes } from "./health.ts";
import { refuseOtherMethods } from "./other-methods.ts";
import { responseWith, securityHeaders } from "./security-headers.ts";
import { takeJson } from "./sliced-json.ts";
import { webApp } from "./web-app.ts";

/** The HTTP server with its types. */
export type App = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

declare module "fastify" {
  interface FastifyRequest {
    /** The path that the site is under, as whoever asks sees it: what addresses in answers begin with. */
    base: string;
  }
}

/** What the HTTP side needs to know. */
export interface HttpOptions {
  readonly documents: DocumentServer;
  /** The lines of a backup of all documents; undefined: the store is backed up by means of its own. */
  readonly backup?: (() => AsyncIterable<string>) | undefined;
  readonly logger: FastifyBaseLogger;
  readonly metrics: ProgramMetrics;
  /** Folder with the built web app. Read at the start. */
  readonly webRoot: string;
  /** False while the server starts or stops. */
  readonly isReady: () => boolean;
  readonly allowedOrigins: readonly string[];
  /** Addresses of other servers that the page's clients are sent to. Default: none. */
  readonly connectsTo?: readonly string[] | undefined;
  /** True: a proxy is in front, and says in `X-Forwarded-For` who asks. */
  readonly isProxied?: boolean | undefined;
  /** The path that the site is under, with a slash at both ends. Default `/`. */
  readonly basePath?: string | undefined;
  /** How long the head of a request, and all of it, may take, in ms. Default 10,000 and 60,000. */
  readonly headersTimeoutMs?: number | undefined;
  readonly requestTimeoutMs?: number | undefined;
}

const strict = new Ajv({ useDefaults: true });
const lenient = new Ajv({ useDefaults: true, coerceTypes: true });

/** Largest body, in bytes, where a route does not say otherwise. */
const MAX_BODY_BYTES = 1_048_576;

/** One HTTP server for all: the web app, the API with its description, and what an operator asks. */
export async function createHttpServer(options: HttpOptions): Promise<App> {
  const { documents, logger, metrics, webRoot, isReady, allowedOrigins } = options;
  const { headersTimeoutMs = 10_000, requestTimeoutMs = 60_000 } = options;
  const { basePath = "/", isProxied = false } = options;
  const place: BaseOptions = { basePath, isProxied };
  const app: App = fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout: requestTimeoutMs,
    keepAliveTimeout: 65_000,
    forceCloseConnections: "idle",
    frameworkErrors: (error, request, reply) => void handleError(error, request, reply, metrics),
    clientErrorHandler: (error, socket) => handleBadHead(error, socket, metrics),
    routerOptions: { maxParamLength: 200 },
    rewriteUrl: ({ url = "/" }) => withoutBase(url, basePath),
    http: {
      ServerResponse: responseWith(securityHeaders([...allowedOrigins, ...(options.connectsTo ?? [])])),
      headersTimeout: headersTimeoutMs,
      connectionsCheckingInterval: Math.min(1_000, headersTimeoutMs),
    },
  }).withTypeProvider<TypeBoxTypeProvider>();

  app.setValidatorCompiler(({ schema, httpPart }) => {
    // What stands in an address is text, and is read as what it should be. A body says what it means.
    const ajv = httpPart === "body" ? strict : lenient;
    return ajv.compile(schema);
  });
  answerToHost(app, documents, metrics);
  refuseOtherMethods(app, metrics);
  app.decorateRequest("base", "/");
  app.addHook("onRequest", async (request) => {
    request.base = seenBase(request.raw, place);
  });
  app.addHook("onResponse", async (request, reply) => {
    const { method, routeOptions } = request;
    const route = routeOptions.url ?? "web";
    const { statusCode, elapsedTime } = reply;
    metrics.answered({ method, route, status: statusCode, ms: elapsedTime });
    if (route === "web") return;
    logger.info(
      { event: "request", method, route, status: statusCode, ms: Math.round(elapsedTime) },
      "answered",
    );
  });
  app.setErrorHandler((error: Error, request, reply) => handleError(error, request, reply, metrics));

  await app.register(healthRoutes({ isReady, metrics }));
  await app.register(
    async (api: App) => {
      await api.register(cors, {
        origin: allowedOrigins.includes("*") ? true : [...allowedOrigins],
        exposedHeaders: ["etag", "location", "content-disposition"],
        methods: ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"],
        maxAge: 600,
        // `OPTIONS` without an origin is answered as well, not refused as no question.
        strictPreflight: false,
      });
      // Where nobody is asked who they are, a token is taken and makes no difference; guests need none.
      const security = documents.gatekeeper.hasGuests ? [{}, { bearer: [] }] : [{ bearer: [] }];
      await api.register(swagger, {
        openapi: {
          openapi: "3.1.0",
          info: {
            title: "Interline",
            version: "1",
            description:
              "Documents that people write together. What is written here is seen at once by who has the document open.",
          },
          components: { securitySchemes: { bearer: { type: "http", scheme: "bearer" } } },
          security,
        },
        transform: ({ schema, url }) => ({ schema: { ...schema, security }, url }),
      });
      takeJson(api, documents.jsonLimits);
      letIn(api, { documents, metrics, isProxied: options.isProxied });
      const all = [
        documentRoutes,
        textRoutes,
        historyRoutes,
        fileRoutes,
        linkRoutes,
        sharingRoutes,
        eventRoutes,
      ];
      for (const routes of all) {
        await api.register(async (scope: App) => routes(scope, documents));
      }
      const { backup } = options;
      if (backup !== undefined)
        await api.register(async (scope: App) => backupRoutes(scope, documents, backup));
      api.get("/openapi.json", { schema: { hide: true }, config: { needs: undefined } }, (request) => ({
        ...api.swagger(),
        servers: [{ url: seenSite(request.raw, place) }],
      }));
      api.setNotFoundHandler(async (_request, reply) =>
        reply
          .code(statusOf("ERR_NOT_FOUND"))
          .send({ code: "ERR_NOT_FOUND", message: CODES.ERR_NOT_FOUND.message }),
      );
    },
    { prefix: "/api/v1" },
  );

  if (basePath !== "/") {
    app.get(basePath.slice(0, -1), async (_request, reply) => reply.redirect(basePath, 308));
  }
  const serveWebApp = webApp(webRoot, (request) => seenBase(request, place));
  app.setNotFoundHandler((request, reply) => {
    reply.hijack();
    serveWebApp(request.raw, reply.raw);
  });
  return app;
}
