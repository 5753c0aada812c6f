import type { IncomingMessage, ServerResponse } from "node:http";
import { CarrierHeader, CloseCode, type ErrorCode } from "@interline/protocol";
import { statusOf } from "@interline/protocol/codes";
import { credentialsOf } from "../access/credentials.ts";
import type { Clock } from "../clock.ts";
import { randomToken } from "../random-token.ts";
import { readBody } from "./body.ts";
import { callerOf } from "./caller.ts";
import { Connection, type ConnectionOptions } from "./connection.ts";
import type { Connections } from "./connections.ts";
import { EventCarrier, type EventSink } from "./event-carrier.ts";

/** The servers that a load balancer chooses from, this one among them. @public */
export interface Siblings {
  /** Names this server: 1 to 64 characters of base64url. */
  readonly self: string;
  /** Has another server answer a request. False if that is not there; nothing was answered then. */
  forward(server: string, request: IncomingMessage, response: ServerResponse): Promise<boolean>;
}

/** A client that is connected by requests. */
interface Client {
  readonly carrier: EventCarrier;
  readonly connection: Connection;
  /** That of the request which opened it. */
  readonly token: string | undefined;
  /** Number of the last message that was taken. */
  received: number;
  /** Ends when all requests with messages that have come are done with: they go one after another. */
  turn: Promise<void>;
}

/**
 * Connections over plain HTTP, for networks that let no WebSocket through. The client's messages come as numbered lines in `POST`
 * requests, each taken exactly once and in order however often a request is repeated; the server's go as numbered events in answers
 * to `GET` requests, a stream that stays open or one poll after another.
 */
export class EventGateway {
  readonly #options: ConnectionOptions;
  readonly #connections: Connections;
  readonly #siblings: Siblings | undefined;
  readonly #clients = new Map<string, Client>();

  constructor(options: ConnectionOptions, connections: Connections, siblings: Siblings | undefined) {
    this.#options = options;
    this.#connections = connections;
    this.#siblings = siblings;
  }

  /** Answers a request to the path of the gateway. The origin may connect. */
  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.setHeader("cache-control", "no-store");
    const { method } = request;
    const id = request.headers[CarrierHeader.Connection];
    if (method === "POST" && id === undefined) return this.#open(request, response);
    if (method !== "POST" && method !== "GET" && method !== "DELETE") {
      response.setHeader("allow", "GET, POST, DELETE");
      return answer(response, 405, { code: "ERR_MESSAGE_ORDER" });
    }
    const client = typeof id === "string" ? this.#clients.get(id) : undefined;
    if (client === undefined && typeof id === "string" && (await this.#forward(id, request, response)))
      return;
    // Whose connection it is shows in the token too, where the first request had one.
    if (client === undefined || client.token !== credentialsOf(request).token) {
      return this.#refuse(response, "ERR_CONNECTION_UNKNOWN");
    }
    client.connection.heard();
    if (method === "GET") return this.#attach(client, request, response);
    if (method === "DELETE") {
      client.carrier.terminate();
      return answer(response, 200, {});
    }
    return this.#take(client, request, response);
  }

  /** The id of a connection begins with the server that has it, where there are several. */
  #newId(): string {
    const token = randomToken();
    return this.#siblings === undefined ? token : `${this.#siblings.self}.${token}`;
  }

  /** Has the server answer that has the connection. False if that is this one, or is not there. */
  async #forward(id: string, request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    const [server, token] = id.split(".");
    if (this.#siblings === undefined || server === undefined || token === undefined) return false;
    return server !== this.#siblings.self && this.#siblings.forward(server, request, response);
  }

  #open(request: IncomingMessage, response: ServerResponse): void {
    request.resume();
    const id = this.#newId();
    const carrier = new EventCarrier(
      () => connection.drained(),
      () => {
        this.#clients.delete(id);
        this.#connections.remove(connection);
      },
    );
    const caller = callerOf(request, this.#options);
    const connection = new Connection(carrier, this.#options, caller);
    const { address, credentials } = caller;
    const { token } = credentials;
    this.#clients.set(id, { carrier, connection, token, received: 0, turn: Promise.resolve() });
    this.#connections.add({ connection, carrier, address });
    answer(response, 201, { connection: id, heartbeatMs: this.#options.heartbeatMs });
  }

  #attach({ carrier }: Client, request: IncomingMessage, response: ServerResponse): void {
    const lastId = countOf(request.headers[CarrierHeader.LastEvent] ?? "0");
    const isPoll = request.headers[CarrierHeader.Mode] === "poll";
    const sink = new ResponseSink(response, isPoll, () => carrier.drained());
    if (lastId === undefined || !carrier.attach(sink, lastId)) {
      return this.#refuse(response, "ERR_CONNECTION_UNKNOWN", 410);
    }
    response.once("close", () => carrier.detach(sink));
    if (isPoll) sink.endAfter(this.#options.heartbeatMs, this.#options.clock);
    else sink.start();
  }

  #take(client: Client, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const turn = client.turn.then(() => this.#takeInTurn(client, request, response));
    client.turn = turn.catch(() => undefined);
    return turn;
  }

  async #takeInTurn(client: Client, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { carrier, connection } = client;
    const { maxMessageBytes } = this.#options.limits;
    const number = request.headers[CarrierHeader.Message];
    // Without a number it brings no messages: it is a sign of life.
    const first = number === undefined ? client.received + 1 : countOf(number);
    const lastEvent = countOf(request.headers[CarrierHeader.LastEvent] ?? "0");
    if (first === undefined || first < 1 || lastEvent === undefined) {
      request.resume();
      return this.#refuse(response, "ERR_MESSAGE_SHAPE");
    }
    const body = await readBody(request, maxMessageBytes);
    if (!body.ok) {
      // What came is not known to be all: nothing of it is taken, and it comes again.
      if (body.fault === "broken") return void response.destroy();
      if (body.fault === "encoded") return this.#refuse(response, "ERR_MESSAGE_SYNTAX", 415);
      carrier.close(CloseCode.TooLarge);
      return this.#refuse(response, "ERR_MESSAGE_TOO_LARGE");
    }
    carrier.acknowledge(lastEvent);
    const lines = number === undefined ? [] : body.text.split("\n");
    if (first > client.received + 1) {
      const code = "ERR_MESSAGE_ORDER";
      this.#options.metrics.refused(code);
      return answer(response, statusOf(code), { code, received: client.received });
    }
    for (const line of lines.slice(client.received + 1 - first)) {
      await carrier.isReadable;
      // Whatever follows what ended it is not even looked at.
      if (connection.isClosed) break;
      client.received++;
      connection.receive(line);
    }
    answer(response, 200, { received: client.received });
  }

  #refuse(response: ServerResponse, code: ErrorCode, status: number = statusOf(code)): void {
    this.#options.metrics.refused(code);
    answer(response, status, { code });
  }
}

/** An answer as a sink of events. */
class ResponseSink implements EventSink {
  readonly isPoll: boolean;
  readonly #response: ServerResponse;
  readonly #onDrained: () => void;

  constructor(response: ServerResponse, isPoll: boolean, onDrained: () => void) {
    this.#response = response;
    this.isPoll = isPoll;
    this.#onDrained = onDrained;
    response.setHeader("content-type", "text/event-stream; charset=utf-8");
    response.setHeader("cache-control", "no-store, no-transform");
    // Tells nginx, and what is made like it, not to wait for more.
    response.setHeader("x-accel-buffering", "no");
  }

  get bufferedBytes(): number {
    return this.#response.writableLength;
  }

  /** Says at once that it is there: a client that hears nothing knows that something on the way keeps it back. */
  start(): void {
    this.#response.write("retry: 1000\n: start\n\n");
  }

  /** Ends a poll for which nothing came. */
  endAfter(ms: number, clock: Clock): void {
    const timer = clock.setTimeout(() => this.#response.end(), ms);
    this.#response.once("close", () => clock.clearTimeout(timer));
  }

  write(data: string | Uint8Array, isLast: boolean, onWritten?: () => void): void {
    if (this.#response.destroyed || this.#response.writableEnded) return onWritten?.();
    if (isLast) this.#response.end(data, onWritten);
    else this.#response.write(data, () => this.#onDrained());
  }
}

function answer(response: ServerResponse, status: number, body: object): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    "content-type": "application/json; charset=utf-8",
    "content-length": Buffer.byteLength(text),
  });
  response.end(text);
}

/** A whole number from 0 to 2⁵³ − 1 in decimal digits; undefined for anything else. */
function countOf(value: string | readonly string[]): number | undefined {
  const count = typeof value === "string" && /^\d{1,16}$/.test(value) ? Number(value) : Number.NaN;
  return Number.isSafeInteger(count) ? count : undefined;
}
