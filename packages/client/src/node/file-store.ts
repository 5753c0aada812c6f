import { createHash, randomUUID } from "node:crypto";
import { mkdir, open, readdir, readFile, rename, rm, unlink } from "node:fs/promises";
import { join } from "node:path";
import {
  type Copy,
  type CopyChange,
  type CopyLock,
  type DocumentKey,
  type DocumentStore,
  type KeptDocument,
  missingText,
  type StoredCopy,
  StoreError,
  StoreErrorCode,
  type TabLine,
  type TabMessage,
} from "../offline/document-store.ts";
import { MemoryStore } from "../offline/memory-store.ts";
import { fileLock } from "./file-lock.ts";

/** What a copy's file holds: `text` is the name of the file with its text. */
interface Written {
  readonly key: DocumentKey;
  readonly copy: Copy;
  readonly text: string;
  readonly replaces: string | undefined;
}

const COPY = ".copy.json";
const TEXT = ".text";

/**
 * Keeps copies in a folder, one folder per document in it. Each copy is one file that is replaced as a whole, and on the disk
 * when `save` resolves; its text is another that it names. Lines reach the documents of one process only.
 * @public
 */
export class FileStore implements DocumentStore {
  readonly canLock = true;
  readonly #folder: string;
  readonly #lines = new MemoryStore();
  /** The last write of each session: the next begins after it. */
  readonly #writing = new Map<string, Promise<unknown>>();

  /** `folder`: absolute path; made when it is needed. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  list(key: DocumentKey): Promise<readonly Copy[]> {
    return asked(async () => (await copiesIn(this.#folderOf(key))).map(({ copy }) => copy));
  }

  load(key: DocumentKey, session: string): Promise<StoredCopy | undefined> {
    return asked(async () => {
      const folder = this.#folderOf(key);
      const written = (await copiesIn(folder)).find(({ copy }) => copy.session === session);
      if (written === undefined) return undefined;
      const text = await read(join(folder, written.text));
      return text === undefined ? undefined : { copy: written.copy, text };
    });
  }

  save(key: DocumentKey, change: CopyChange): Promise<void> {
    return this.#afterWrites(key, change.copy.session, (folder) => saveIn(folder, key, change));
  }

  remove(key: DocumentKey, session: string): Promise<void> {
    return this.#afterWrites(key, session, (folder) => tidy(folder, session, []));
  }

  documents(account: string): Promise<readonly KeptDocument[]> {
    return asked(async () => {
      const documents: KeptDocument[] = [];
      for (const name of await namesIn(this.#accountFolder(account))) {
        const written = await copiesIn(join(this.#accountFolder(account), name));
        const [first] = written;
        if (first !== undefined) documents.push({ key: first.key, copies: written.map(({ copy }) => copy) });
      }
      return documents;
    });
  }

  clear(account: string): Promise<void> {
    return asked(() => rm(this.#accountFolder(account), { recursive: true, force: true, maxRetries: 3 }));
  }

  lock(key: DocumentKey, session: string, waitMs: number): Promise<CopyLock | undefined> {
    return asked(async () => {
      const folder = this.#folderOf(key);
      await mkdir(folder, { recursive: true });
      return fileLock(join(folder, `${session}.lock`), waitMs);
    });
  }

  openLine(key: DocumentKey, listener: (message: TabMessage) => void): TabLine {
    return this.#lines.openLine(key, listener);
  }

  close(): void {}

  #afterWrites(key: DocumentKey, session: string, write: (folder: string) => Promise<void>): Promise<void> {
    const folder = this.#folderOf(key);
    const name = `${folder} ${session}`;
    const written = (this.#writing.get(name) ?? Promise.resolve()).then(() => asked(() => write(folder)));
    const ended = written
      .catch(() => undefined)
      .finally(() => {
        if (this.#writing.get(name) === ended) this.#writing.delete(name);
      });
    this.#writing.set(name, ended);
    return written;
  }

  #accountFolder(account: string): string {
    return join(this.#folder, hashOf(account));
  }

  #folderOf({ account, server, document }: DocumentKey): string {
    return join(this.#accountFolder(account), hashOf(`${server} ${document}`));
  }
}

/** Safe as the name of a file on every system, whatever the letters and their case. */
function hashOf(name: string): string {
  return createHash("sha256").update(name).digest("hex").slice(0, 32);
}

async function saveIn(folder: string, key: DocumentKey, { copy, text, replaces }: CopyChange): Promise<void> {
  await mkdir(folder, { recursive: true });
  const target = join(folder, copy.session + COPY);
  let textName: string | undefined;
  if (text === undefined) {
    textName = parse(await read(target))?.text;
    if (textName === undefined) throw missingText(copy.session);
  } else {
    textName = `${copy.session}.${randomUUID()}${TEXT}`;
    await writeDurably(join(folder, textName), text);
  }
  const written: Written = { key, copy, text: textName, replaces };
  const temporary = join(folder, `${copy.session}.${randomUUID()}.tmp`);
  await writeDurably(temporary, JSON.stringify(written));
  await rename(temporary, target);
  await syncFolder(folder);
  if (text !== undefined) await tidy(folder, copy.session, [copy.session + COPY, textName]);
  if (replaces !== undefined) await tidy(folder, replaces, []);
}

/** All copies of a folder, without those that another one replaces. */
async function copiesIn(folder: string): Promise<readonly Written[]> {
  const names = (await namesIn(folder)).filter((name) => name.endsWith(COPY));
  const files = await Promise.all(names.map((name) => read(join(folder, name))));
  const written = files.map(parse).filter((copy) => copy !== undefined);
  const replaced = new Set(written.map(({ replaces }) => replaces));
  return written.filter(({ copy }) => !replaced.has(copy.session));
}

/** Removes what an older write of a session, or a crash in one, has left: all its files but those that are needed. */
async function tidy(folder: string, session: string, needed: readonly string[]): Promise<void> {
  for (const name of await namesIn(folder)) {
    const isOwn = name.startsWith(`${session}.`) && /\.(json|text|tmp)$/.test(name);
    if (isOwn && !needed.includes(name)) await unlink(join(folder, name)).catch(() => undefined);
  }
}

async function writeDurably(path: string, content: string): Promise<void> {
  const file = await open(path, "w");
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Makes the names in a folder durable, where the system can do that. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r").catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}

async function namesIn(folder: string): Promise<readonly string[]> {
  return whereThere(() => readdir(folder)).then((names) => names ?? []);
}

async function read(path: string): Promise<string | undefined> {
  return whereThere(() => readFile(path, "utf8"));
}

async function whereThere<Answer>(look: () => Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await look();
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw fault;
  }
}

/** A file that is none of ours, or broken, is as good as not there; it stays where it is. */
function parse(json: string | undefined): Written | undefined {
  if (json === undefined) return undefined;
  try {
    return JSON.parse(json) as Written;
  } catch {
    return undefined;
  }
}

async function asked<Answer>(work: () => Promise<Answer>): Promise<Answer> {
  try {
    return await work();
  } catch (fault) {
    if (fault instanceof StoreError) throw fault;
    const { code, message } = fault as NodeJS.ErrnoException;
    const isFull = code === "ENOSPC" || code === "EDQUOT";
    throw new StoreError(isFull ? StoreErrorCode.Full : StoreErrorCode.Unavailable, message, {
      cause: fault,
    });
  }
}
