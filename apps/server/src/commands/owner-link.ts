import { isDocumentId, LevelLog, ServerError, ShareLinks, type Catalogue } from "@interline/server";
import { isRedisAddress, RedisLog, RedisStore } from "@interline/redis";
import { Command, InvalidArgumentError, Option } from "commander";
import { notEmpty, parse } from "../command-line.ts";
import { reasonOf } from "../reasons.ts";
import { failed } from "./progress.ts";

interface OwnerLinkOptions {
  readonly dataDir: string;
  readonly redis?: string;
}

interface OpenCatalogue extends AsyncDisposable {
  readonly catalogue: Catalogue;
}

/** `interline owner-link`: prints a link that makes whoever has it an owner of a document, whoever else owns it. */
export async function ownerLink(arguments_: readonly string[]): Promise<number> {
  const command = new Command("interline owner-link")
    .description("Prints a link that makes whoever has it an owner of a document.")
    .argument("<document>", "id of the document", parseDocument)
    .addOption(
      new Option("--data-dir <folder>", "the folder of a server that is not running")
        .default(".data")
        .argParser(notEmpty),
    )
    .addOption(
      new Option("--redis <address>", "instead: the Redis of servers, which may run")
        .env("REDIS_URL")
        .argParser(parseRedis),
    );
  const stopped = parse(command, arguments_);
  if (stopped !== undefined) return failed(stopped.stop);
  const options = command.opts<OwnerLinkOptions>();
  const [document = ""] = command.args;
  try {
    await using store = await opened(options);
    const { catalogue } = store;
    if ((await catalogue.get(document)) === undefined) {
      return failed({ text: `error: there is no document ${document}.\n`, exitCode: 1 });
    }
    const made = { document, role: "own", createdBy: "operator", time: Date.now() } as const;
    const { link, token } = await new ShareLinks(catalogue).create(made);
    // From now on nobody else claims it.
    await catalogue.take(document, link.id);
    process.stdout.write(`/d/${document}#token=${token}\n`);
    return 0;
  } catch (error) {
    return failed({ text: `error: no link was made: ${sentenceOf(error, options)}\n`, exitCode: 1 });
  }
}

async function opened({ dataDir, redis }: OwnerLinkOptions): Promise<OpenCatalogue> {
  if (redis === undefined) {
    const log = await LevelLog.open({ location: dataDir, isThere: true });
    return { catalogue: log.catalogue, [Symbol.asyncDispose]: () => log.close() };
  }
  const store = await RedisStore.connect({ address: redis });
  const log = new RedisLog({ store });
  return {
    catalogue: log.catalogue,
    async [Symbol.asyncDispose]() {
      await log.close();
      await store.close();
    },
  };
}

function sentenceOf(error: unknown, { dataDir }: OwnerLinkOptions): string {
  if (error instanceof ServerError && error.code === "ERR_STORE_LOCKED") {
    return `a server is using ${dataDir}. Stop it first; or, where people log in, claim the document with the API.`;
  }
  if (error instanceof ServerError && error.code === "ERR_STORE_MISSING") {
    return `there is no database in ${dataDir}. Name the folder of the server with --data-dir.`;
  }
  return `${reasonOf(error)}.`;
}

function parseDocument(value: string): string {
  if (isDocumentId(value)) return value;
  throw new InvalidArgumentError("It is no document id.");
}

function parseRedis(value: string): string {
  if (isRedisAddress(value)) return value;
  throw new InvalidArgumentError("It is no address of a Redis; write it as in redis://host:6379");
}
