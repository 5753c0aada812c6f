import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { generateApi } from "swagger-typescript-api";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ask, type Running, run, tokenFor } from "./running.ts";

/** A program that somebody writes with the generated client: every operation once. Prints what it heard. */
const PROGRAM = `
import { Api } from "./client.ts";

declare const process: { env: Record<string, string | undefined> };

const client = new Api<string>({
  securityWorker: (token) => ({ headers: { Authorization: \`Bearer \${token}\` } }),
});
client.setSecurityData(process.env["TOKEN"] ?? null);
const { api } = client;

const made = (await api.createDocument({ id: "doc", title: "T", text: "one" })).data;
const imported = (await api.importFile("text", { filename: "a.md" })).data;
const listed = (await api.listDocuments({ limit: 10 })).data.documents;
const replaced: number = (await api.replaceText("doc", { text: "two" })).data.version;
const appended: number = (await api.appendText("doc", { text: "!" })).data.version;
const added: number = (await api.addOperation("doc", { version: 3, operation: [3, { d: 1 }, "?"] })).data.version;
const { version, text } = (await (await api.getText("doc")).json()) as { version: number; text: string };
const { operations, next } = (await api.listOperations("doc", { after: 1, limit: 2 })).data;
const people = (await api.listPeople("doc")).data.people;
const exported = await (await api.exportFile("doc", { format: "md" })).text();
const stop = new AbortController();
const events = await api.watchDocument("doc", { signal: stop.signal });
const first = new TextDecoder().decode((await events.body!.getReader().read()).value);
stop.abort();
const { link, token } = (await api.createLink("doc", { role: "read" })).data;
const links = (await api.listLinks("doc")).data.links;
const revoked = (await api.revokeLink("doc", link.id)).status;
const renamed: string = (await api.renameDocument("doc", { title: "Other" })).data.title;
const deletedAt: number | null = (await api.deleteDocument("doc")).data.deletedAt;
const back: number | null = (await api.undeleteDocument("doc")).data.deletedAt;
const got = (await api.getDocument("doc")).data;
const backup = await (await api.getBackup()).blob();
const fault = await api.getDocument("none").catch((answer: { status: number; error: { code: string } }) => answer);

console.log(
  JSON.stringify({
    made: [made.id, made.title, made.version, made.length],
    imported: imported.title,
    listed: listed.length,
    versions: [replaced, appended, added, version],
    text,
    operations: [operations.length, next],
    people,
    exported,
    first: first.split("\\n")[0],
    link: [link.role, typeof token, links.length, revoked],
    renamed,
    deleted: [typeof deletedAt, back],
    got: got.length,
    backup: backup.size > 0,
    fault: "error" in fault ? [fault.status, fault.error.code] : "none",
  }),
);
`;

const CONFIG = {
  compilerOptions: {
    target: "es2023",
    module: "nodenext",
    lib: ["es2023", "dom", "dom.iterable"],
    types: [],
    strict: true,
    outDir: "out",
    rewriteRelativeImportExtensions: true,
  },
};

let folder: string;
let server: Running;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "interline-client-"));
  server = await run({ isClosed: true, basePath: "/pad/" });
});
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true });
});

test("a client that a public generator makes of the description compiles, and does everything", async () => {
  const spec = (await (await ask(server, "GET", "/openapi.json")).json()) as never;
  const { files } = await generateApi({ spec, output: false, silent: true, fileName: "client.ts" });
  // The generator has the compiler pass over its file: here it shall not.
  const client = files.map(({ fileContent }) => fileContent.replace("// @ts-nocheck", "")).join("\n");
  await writeFile(join(folder, "client.ts"), client);
  await writeFile(join(folder, "program.ts"), PROGRAM);
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify(CONFIG));
  await writeFile(join(folder, "package.json"), '{"type":"module"}');

  const start = promisify(execFile);
  const compiler = createRequire(import.meta.url)
    .resolve("typescript/package.json")
    .replace("package.json", "bin/tsc");
  await start(process.execPath, [compiler, "-p", folder]).catch((error: { stdout: string }) => {
    throw new Error(error.stdout);
  });
  const env = { ...process.env, TOKEN: await tokenFor("ann", { "*": "own" }) };
  const { stdout } = await start(process.execPath, [join(folder, "out", "program.js")], { env });
  expect(JSON.parse(stdout)).toEqual({
    made: ["doc", "T", 1, 3],
    imported: "a",
    listed: 2,
    versions: [2, 3, 4, 4],
    text: "two?",
    operations: [2, 3],
    people: [],
    exported: "two?",
    first: "retry: 1000",
    link: ["read", "string", 1, 204],
    renamed: "Other",
    deleted: ["number", null],
    got: 4,
    backup: true,
    fault: [404, "ERR_DOCUMENT_NOT_FOUND"],
  });
  // It found the server by what the description says.
  expect(await readFile(join(folder, "client.ts"), "utf8")).toContain(`"${server.url}/pad"`);
});
