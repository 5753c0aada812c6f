import { execFile, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { openDocument } from "@interline/client";
import { describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { freePort } from "../support/free-port.ts";
import { killWithUs } from "../support/kill-with-us.ts";
import { startNginx } from "../support/nginx-process.ts";
import { nodeEnvironment } from "../support/node-environment.ts";
import { ServerProcess } from "../support/server-process.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { waitFor } from "../support/wait-for.ts";

const root = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");
const page = await readFile(join(root, "docs", "OPERATIONS.md"), "utf8");
const program = join(root, "apps", "server", "dist", "main.js");

/** The blocks of code of the page, in their order. */
const blocks = [...page.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, language = "", text = ""]) => ({
  language,
  text,
}));

function blockIn(language: string): string {
  const found = blocks.filter((block) => block.language === language);
  expect(found).toHaveLength(1);
  return found[0]?.text ?? "";
}

/** Puts the paths, names and ports of a test in place of those of the page. */
function translate(text: string, folder: string, port: number, nginxPort: number): string {
  const words: readonly [string, string][] = [
    ["/usr/bin/node", process.execPath],
    ["/opt/interline", root],
    ["/var/lib/interline", join(folder, "lib")],
    ["/var/backups", folder],
    ["/etc/interline", join(folder, "etc")],
    ["127.0.0.1:8080", `127.0.0.1:${port}`],
    ["--port 8080", `--port ${port}`],
    ["listen 80;", `listen 127.0.0.1:${nginxPort};`],
  ];
  return words.reduce((changed, [here, there]) => changed.replaceAll(here, there), text);
}

/**
 * What `systemctl` does with our unit, where systemd is not the first process: starts its own `ExecStart` with its own environment,
 * and ends it with SIGTERM, which must succeed.
 */
const SYSTEMCTL = String.raw`
unit() { sed -n "s/^$1=//p" "$UNIT"; }
start() {
  (export "$(unit Environment)"; set -a; . "$(unit EnvironmentFile)"; set +a; exec $(unit ExecStart)) &
  pid=$!
  until curl --fail --silent --output /dev/null "$READY"; do kill -0 $pid; sleep 0.05; done
}
stop() { kill -TERM $pid; wait $pid; }
systemctl() {
  case "$*" in
    daemon-reload) test -s "$UNIT" ;;
    "enable --now interline") start ;;
    "restart interline") stop; start ;;
    "stop interline") stop ;;
    *) echo "unknown: systemctl $*" >&2; return 64 ;;
  esac
}
`;

describe("docs/OPERATIONS.md", () => {
  it("works when it is followed word by word", async () => {
    await using folder = await temporaryFolder();
    const [port, nginxPort] = [await freePort(), await freePort()];
    const translated = (text: string): string => translate(text, folder.path, port, nginxPort);
    const unit = join(folder.path, "interline.service");
    await writeFile(unit, translated(blockIn("ini")));
    const nginxFolder = join(folder.path, "nginx");
    await mkdir(join(nginxFolder, "conf.d"), { recursive: true });
    await writeFile(join(nginxFolder, "conf.d", "interline.conf"), translated(blockIn("nginx")));
    await using nginx = await startNginx(nginxFolder, nginxPort);
    const commands = blocks.filter(({ language }) => language === "sh").map(({ text }) => translated(text));
    expect(commands.length).toBeGreaterThan(8);
    const script = [
      "set -euo pipefail",
      SYSTEMCTL,
      `nginx() { command ${nginx.command.map((word) => `'${word}'`).join(" ")} "$@"; }`,
      ...commands.map((text, index) => `echo "## ${index}"\n${text}`),
      'echo "## end"',
    ];
    const child = spawn("bash", ["-c", script.join("\n")], {
      env: { ...process.env, UNIT: unit, READY: `http://127.0.0.1:${port}/readyz` },
      stdio: ["ignore", "pipe", "pipe"],
    });
    killWithUs(child);
    let out = "";
    let err = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (out += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (err += text));
    const [code] = (await once(child, "close")) as [number | null];
    expect(code, `${out}\n${err}`).toBe(0);
    expect(out).toMatch(/## end\n$/);
    // What each of them should have shown.
    expect(out).toContain("Usage: interline");
    expect(out).toMatch(/ok\nready\n.*interline_connections 0/s);
    expect(out).toContain("Present: all\nDecided: nothing");
    expect(out).toMatch(/"path":"\/d\/minutes#token=[\w.-]+"/);
    expect(err).toMatch(/Backed up \d+ records/);
    expect(err).toMatch(/Restored \d+ records, .* 100 %/);
    expect(err).toContain("test is successful");
    // Nothing was logged that nobody may see.
    expect(err).not.toMatch(/Present|Decided|eyJ/);

    await using restored = await ServerProcess.start({ dataDirectory: join(folder.path, "lib-restored") });
    const text = await (await fetch(`${restored.url}/api/v1/documents/minutes/text`)).json();
    expect(text).toMatchObject({ text: "Present: all\nDecided: nothing" });
  });

  it("has every setting, with its variable", async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [program, "--help"]);
    const options = stdout.split(/\n {2}(?=-)/).slice(1);
    const settings = options.flatMap((text) => {
      const [flag] = /--[a-z-]+/.exec(text) ?? [];
      const [, variable] = /env:\s+([A-Z_]+)/.exec(text) ?? [];
      return variable === undefined ? [] : [`${flag} ${variable}`];
    });
    expect(settings.length).toBeGreaterThan(10);
    const described = [...page.matchAll(/^\| `(--[a-z-]+)` \| `([A-Z_]+)` \|/gm)].map(
      ([, flag, variable]) => `${flag} ${variable}`,
    );
    expect(described.toSorted()).toEqual(settings.toSorted());
  });

  it("has every code that the HTTP side answers with", async () => {
    const folder = join(root, "apps", "server", "src", "http");
    const files = await readdir(folder, { recursive: true });
    const sources = files
      .filter((file) => file.endsWith(".ts"))
      .map((file) => readFile(join(folder, file), "utf8"));
    const codes = new Set(
      (await Promise.all(sources)).flatMap((text) => text.match(/\bERR_[A-Z_]+[A-Z]\b/g) ?? []),
    );
    // Names of the libraries below, which are translated.
    const foreign = /^ERR_HTTP_/;
    for (const code of codes) if (!foreign.test(code)) expect(page).toContain(`\`${code}\``);
    expect(codes.size).toBeGreaterThan(20);
  });

  it("has every metric of ours", async () => {
    await using folder = await temporaryFolder();
    await using server = await ServerProcess.start({ dataDirectory: folder.path });
    const text = await (await fetch(`${server.url}/metrics`)).text();
    const real = [...text.matchAll(/^# TYPE (interline_\w+)/gm)].map(([, name = ""]) => name);
    const described = [...page.matchAll(/^\| `(interline_\w+)` \|/gm)].map(([, name = ""]) => name);
    expect(described.toSorted()).toEqual(real.toSorted());
  });

  const analyze = spawnSync("systemd-analyze", ["--version"]);
  it.skipIf(analyze.error !== undefined)("has a unit in which systemd finds nothing wrong", async () => {
    await using folder = await temporaryFolder();
    const unit = join(folder.path, "interline.service");
    await writeFile(unit, translate(blockIn("ini"), folder.path, 8080, 80));
    const { status, stderr } = spawnSync("systemd-analyze", ["verify", unit], { encoding: "utf8" });
    expect([status, stderr.split("\n").filter((line) => line.includes(unit))]).toEqual([0, []]);
  });
});

describe("behind nginx as it is described", () => {
  it("people write, programs listen, and large files come through", async () => {
    await using folder = await temporaryFolder();
    await using server = await ServerProcess.start({
      dataDirectory: join(folder.path, "data"),
      args: ["--trust-proxy"],
    });
    const port = await freePort();
    const nginxFolder = join(folder.path, "nginx");
    await mkdir(join(nginxFolder, "conf.d"), { recursive: true });
    const configuration = translate(blockIn("nginx"), folder.path, server.port, port);
    await writeFile(join(nginxFolder, "conf.d", "interline.conf"), configuration);
    await using _nginx = await startNginx(nginxFolder, port);
    const url = `http://127.0.0.1:${port}`;
    const syncUrl = `ws://127.0.0.1:${port}/sync`;

    expect((await fetch(`${url}/`)).headers.get("content-security-policy")).toContain("default-src 'self'");
    const ana = { id: "ana", name: "Ana", color: 12 };
    const document = openDocument({
      url: syncUrl,
      document: "doc",
      user: ana,
      environment: nodeEnvironment(),
    });
    await waitFor("the text", () => document.isReady);
    document.insert(0, "first");
    await document.flush();

    const stream = new AbortController();
    const events = await fetch(`${url}/api/v1/documents/doc/events`, { signal: stream.signal });
    let received = "";
    const reading = (async () => {
      for await (const chunk of events.body?.pipeThrough(new TextDecoderStream()) ?? []) received += chunk;
    })().catch(() => undefined);
    await waitFor("the first event", () => received.includes("event: opened"));
    document.insert(5, ", second");
    await waitFor("the event", () => received.includes(", second"));
    stream.abort();
    await reading;

    const large = "line of a large file\n".repeat(185_000);
    const made = await fetch(`${url}/api/v1/import?filename=large.txt`, {
      method: "POST",
      headers: { "content-type": "text/plain" },
      body: large,
    });
    expect(made.status).toBe(201);

    // A page that nginx serves is one of ours; another is not, whatever is in front.
    const connects = (origin: string): Promise<boolean> =>
      new Promise((resolve) => {
        const socket = new WebSocket(syncUrl, { origin });
        socket.once("open", () => {
          socket.terminate();
          resolve(true);
        });
        socket.once("error", () => resolve(false));
      });
    expect(await connects(url)).toBe(true);
    expect(await connects("http://evil.example")).toBe(false);
    document.close();
  });
});
