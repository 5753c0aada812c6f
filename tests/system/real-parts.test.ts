import { describe, expect, it } from "vitest";
import {
  chromium,
  find,
  type Machine,
  nginx,
  packagesFor,
  provideRealParts,
  redis,
} from "../../scripts/real-parts.mjs";
import { mainParts } from "../../scripts/suites.mjs";
import { launchChromium } from "../support/chromium.ts";
import { askRedis, startRedis } from "../support/redis-process.ts";

describe("the real parts", () => {
  it("include a redis-server that answers, and that stops", async () => {
    let port: number;
    {
      await using server = await startRedis();
      port = server.port;
      expect(await askRedis(port, "PING")).toBe("+PONG\r\n");
    }
    await expect(askRedis(port, "PING")).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });

  it("include a Chromium that runs a page", async () => {
    const browser = await launchChromium();
    try {
      const page = await browser.newPage();
      await page.goto("data:text/html,<title>interline</title><p>two lines");
      expect(await page.evaluate(() => [document.title, 6 * 7])).toEqual(["interline", 42]);
    } finally {
      await browser.close();
    }
  });
});

const NAMES = ["chromium", "chromium-headless-shell", "redis-server", "nginx"];

/** A Debian with the given programs and nothing else. */
function debian(programs: Set<string>, changes: Partial<Machine> = {}): Machine {
  return {
    env: { PATH: "/usr/local/bin:/usr/bin" },
    isProgram: (path) => programs.has(path),
    osRelease: 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\n',
    isRoot: true,
    ...changes,
  };
}

describe("finding a part", () => {
  const programs = new Set(["/usr/bin/chromium", "/opt/chrome", "/cache/playwright/chrome"]);

  it("takes the variable before the path", () => {
    const env = { PATH: "/usr/bin", CHROMIUM_PATH: "/opt/chrome" };
    expect(find(chromium, debian(programs, { env }))).toBe("/opt/chrome");
  });

  it("refuses a variable that names no program, even if there is another", () => {
    const env = { PATH: "/usr/bin", CHROMIUM_PATH: "/gone" };
    expect(() => find(chromium, debian(programs, { env }))).toThrow("CHROMIUM_PATH names /gone");
  });

  it("takes the path before what Playwright downloaded", () => {
    const downloadedChromium = "/cache/playwright/chrome";
    expect(find(chromium, debian(programs, { downloadedChromium }))).toBe("/usr/bin/chromium");
    expect(find(chromium, debian(programs, { env: {}, downloadedChromium }))).toBe(downloadedChromium);
  });

  it("never takes the browser for Redis", () => {
    expect(find(redis, debian(programs, { downloadedChromium: "/cache/playwright/chrome" }))).toBeUndefined();
  });
});

describe("a missing part", () => {
  const nothing = new Set<string>();

  it("is a Debian package for root on Debian, and Ubuntu's on Ubuntu", () => {
    expect(packagesFor([chromium, redis], debian(nothing))).toEqual(["chromium", "redis-server"]);
    const osRelease = 'NAME="Linux Mint"\nID=linuxmint\nID_LIKE="ubuntu debian"\n';
    expect(packagesFor([chromium], debian(nothing, { osRelease }))).toEqual(["chromium-browser"]);
    expect(packagesFor([], debian(nothing, { osRelease: "" }))).toEqual([]);
  });

  it("is one sentence for who may not use apt", () => {
    expect(() => packagesFor([redis], debian(nothing, { isRoot: false }))).toThrow(
      'The tests need Redis: run "sudo apt-get install redis-server", or name what you have in REDIS_SERVER_PATH.',
    );
  });

  it("of three is named after the other two", () => {
    expect(() => packagesFor([chromium, redis, nginx], debian(nothing, { isRoot: false }))).toThrow(
      /^The tests need Chromium, Redis and nginx: .* in CHROMIUM_PATH, REDIS_SERVER_PATH and NGINX_PATH\.$/,
    );
  });

  it("is one sentence where there is no apt", () => {
    expect(() => packagesFor([chromium, redis], debian(nothing, { osRelease: "ID=fedora\n" }))).toThrow(
      /^The tests need Chromium and Redis: install .*, or name what you have in CHROMIUM_PATH and REDIS_SERVER_PATH\.$/,
    );
  });

  it("is installed in one go, and its program is tried", async () => {
    const programs = new Set<string>();
    const commands: string[] = [];
    const found = await provideRealParts(mainParts, debian(programs), async (command, args) => {
      commands.push([command, ...args].join(" "));
      if (args.includes("install")) for (const name of NAMES) programs.add(`/usr/bin/${name}`);
      return "";
    });
    expect(commands).toEqual([
      "apt-get -o DPkg::Lock::Timeout=600 --yes update",
      "apt-get -o DPkg::Lock::Timeout=600 --yes install --no-install-recommends chromium chromium-headless-shell redis-server nginx",
      "/usr/bin/chromium --version",
      "/usr/bin/chromium-headless-shell --version",
      "/usr/bin/redis-server --version",
      "/usr/bin/nginx -v",
    ]);
    expect(found).toEqual({
      CHROMIUM_PATH: "/usr/bin/chromium",
      CHROMIUM_HEADLESS_SHELL_PATH: "/usr/bin/chromium-headless-shell",
      REDIS_SERVER_PATH: "/usr/bin/redis-server",
      NGINX_PATH: "/usr/bin/nginx",
    });
  });

  it("that is optional is done without where apt has none, or may not be asked", async () => {
    const programs = new Set(["chromium", "redis-server", "nginx"].map((name) => `/usr/bin/${name}`));
    const refuse = () => Promise.reject(new Error("nothing is to be run"));
    const ubuntu = debian(programs, { osRelease: "ID=ubuntu\nID_LIKE=debian\n" });
    for (const machine of [
      ubuntu,
      debian(programs, { isRoot: false }),
      debian(programs, { osRelease: "" }),
    ]) {
      const found = await provideRealParts(mainParts, machine, refuse);
      expect(Object.keys(found)).toEqual(["CHROMIUM_PATH", "REDIS_SERVER_PATH", "NGINX_PATH"]);
    }
  });

  it("that apt did not bring is named", async () => {
    const broken = provideRealParts(mainParts, debian(new Set(["/usr/bin/chromium"])), async () => "");
    await expect(broken).rejects.toThrow("Redis is still not found; name its program in REDIS_SERVER_PATH.");
  });

  it("is not looked for when all is there", async () => {
    const programs = new Set(NAMES.map((name) => `/usr/bin/${name}`));
    await provideRealParts(mainParts, debian(programs), () =>
      Promise.reject(new Error("nothing is to be run")),
    );
  });
});
