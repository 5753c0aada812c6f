import { accessSync, constants, existsSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, join } from "node:path";
import { root, run } from "./program.mjs";
import { Stop } from "./step.mjs";

/**
 * A program that is not a package but that tests run for real.
 *
 * @typedef {object} Part
 * @property {string} name for people
 * @property {string} variable environment variable that names its file
 * @property {string[]} commands names to look for on the path, the best first
 * @property {{ debian: string, ubuntu?: string }} aptPackage
 * @property {boolean} [isOptional] true: tests do without it where it cannot be installed
 * @property {string} elsewhere how a person gets it where apt is not
 * @property {string} [versionFlag] what makes it print something and end with 0; `--version` if it is not said
 */

/** @type {Part} */
export const chromium = {
  name: "Chromium",
  variable: "CHROMIUM_PATH",
  commands: ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"],
  aptPackage: { debian: "chromium", ubuntu: "chromium-browser" },
  elsewhere: "npx playwright-core install --with-deps chromium",
};

/**
 * Chromium's engine without its window. Playwright prefers it too: Chromium itself draws its own address bar
 * as pages, which costs more than half of the processor time of a test.
 *
 * @type {Part}
 */
export const headlessChromium = {
  name: "Chromium's headless shell",
  variable: "CHROMIUM_HEADLESS_SHELL_PATH",
  commands: ["chromium-headless-shell", "chrome-headless-shell"],
  aptPackage: { debian: "chromium-headless-shell" },
  elsewhere: "npx playwright-core install --with-deps chromium-headless-shell",
  isOptional: true,
};

/** @type {Part} */
export const redis = {
  name: "Redis",
  variable: "REDIS_SERVER_PATH",
  commands: ["redis-server"],
  aptPackage: { debian: "redis-server", ubuntu: "redis-server" },
  elsewhere: "https://redis.io/docs/latest/operate/oss_and_stack/install",
};

/** @type {Part} */
export const nginx = {
  name: "nginx",
  variable: "NGINX_PATH",
  commands: ["nginx"],
  aptPackage: { debian: "nginx", ubuntu: "nginx" },
  elsewhere: "https://nginx.org/en/docs/install.html",
  versionFlag: "-v",
};

/** @type {Part} */
export const firefox = {
  name: "Firefox",
  variable: "FIREFOX_PATH",
  commands: ["firefox-esr", "firefox"],
  aptPackage: { debian: "firefox-esr", ubuntu: "firefox" },
  elsewhere: "https://www.mozilla.org/firefox",
};

/** @type {Part} */
export const webkit = {
  name: "WebKitGTK's driver",
  variable: "WEBKIT_DRIVER_PATH",
  commands: ["WebKitWebDriver"],
  aptPackage: { debian: "webkit2gtk-driver", ubuntu: "webkit2gtk-driver" },
  elsewhere: "https://webkitgtk.org",
  versionFlag: "--help",
};

/** @type {Part} */
export const xvfb = {
  name: "Xvfb",
  variable: "XVFB_PATH",
  commands: ["Xvfb"],
  aptPackage: { debian: "xvfb", ubuntu: "xvfb" },
  elsewhere: "https://www.x.org",
  versionFlag: "-help",
};

/**
 * What has to be known about the machine to decide.
 *
 * @typedef {object} Machine
 * @property {NodeJS.ProcessEnv} env
 * @property {(path: string) => boolean} isProgram whether the file can be run
 * @property {string | undefined} [downloadedChromium] where Playwright puts the browser that it downloads
 * @property {string} osRelease text of /etc/os-release, empty where there is none
 * @property {boolean} isRoot
 */

/**
 * Where a part is: as its variable says, on the path, or (Chromium) downloaded by Playwright.
 * A variable that names no program is not passed over in silence.
 *
 * @param {Part} part
 * @param {Machine} machine
 * @returns {string | undefined}
 */
export function find(part, machine) {
  const named = machine.env[part.variable];
  if (named) {
    if (machine.isProgram(named)) return named;
    throw new Stop(`${part.variable} names ${named}, which is not a program.`);
  }
  const folders = (machine.env["PATH"] ?? "").split(delimiter).filter(Boolean);
  const suffix = process.platform === "win32" ? ".exe" : "";
  const files = part.commands.flatMap((command) => folders.map((folder) => join(folder, command + suffix)));
  if (part === chromium && machine.downloadedChromium) files.push(machine.downloadedChromium);
  return files.find((file) => machine.isProgram(file));
}

/**
 * What to do about the parts that are not there: nothing, or install these packages with apt.
 * Where apt is not, or we may not use it, throws a `Stop` that tells the person what to install.
 *
 * @param {Part[]} missing
 * @param {Machine} machine
 * @returns {string[]} names of apt packages
 */
export function packagesFor(missing, { osRelease, isRoot }) {
  if (missing.length === 0) return [];
  const names = listed(missing.map((part) => part.name));
  const variables = listed(missing.map((part) => part.variable));
  const system = /^ID(_LIKE)?=.*\bubuntu\b/m.test(osRelease) ? "ubuntu" : "debian";
  if (!/^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(osRelease)) {
    const ways = missing.map((part) => `${part.name}: ${part.elsewhere}`).join("; ");
    throw new Stop(`The tests need ${names}: install (${ways}), or name what you have in ${variables}.`);
  }
  const packages = missing.map((part) => part.aptPackage[system] ?? part.aptPackage.debian);
  if (isRoot) return packages;
  throw new Stop(
    `The tests need ${names}: run "sudo apt-get install ${packages.join(" ")}", or name what you have in ${variables}.`,
  );
}

/**
 * Whether apt has the part here and may install it.
 *
 * @param {Part} part
 * @param {Machine} machine
 */
function canInstall(part, { osRelease, isRoot }) {
  const isUbuntu = /^ID(_LIKE)?=.*\bubuntu\b/m.test(osRelease);
  const isDebian = /^ID(_LIKE)?=.*\bdebian\b/m.test(osRelease);
  return isRoot && (isUbuntu ? part.aptPackage.ubuntu !== undefined : isDebian);
}

/**
 * @param {string[]} words
 * @returns {string} as in "one", "one and two", "one, two and three"
 */
function listed(words) {
  return [words.slice(0, -1).join(", "), words.at(-1)].filter(Boolean).join(" and ");
}

/**
 * Finds the parts, installs with apt what is missing, and answers the environment that tells the tests where
 * they are.
 *
 * @param {readonly Part[]} parts
 * @param {Machine} [machine]
 * @param {typeof run} [runProgram]
 * @returns {Promise<Record<string, string>>}
 */
export async function provideRealParts(parts, machine, runProgram = run) {
  machine ??= thisMachine(parts.includes(chromium) ? playwrightBrowser() : undefined);
  const missing = parts.filter(
    (part) => !find(part, machine) && (!part.isOptional || canInstall(part, machine)),
  );
  const packages = packagesFor(missing, machine);
  if (packages.length > 0) {
    const apt = ["-o", "DPkg::Lock::Timeout=600", "--yes"];
    const env = { DEBIAN_FRONTEND: "noninteractive" };
    await runProgram("apt-get", [...apt, "update"], { env });
    await runProgram("apt-get", [...apt, "install", "--no-install-recommends", ...packages], { env });
  }
  /** @type {Record<string, string>} */
  const found = {};
  for (const part of parts) {
    const file = find(part, machine);
    if (!file && part.isOptional) continue;
    if (!file) throw new Stop(`${part.name} is still not found; name its program in ${part.variable}.`);
    // What apt installs may be a mere pointer to another installer (Ubuntu's chromium-browser).
    if (missing.includes(part)) await runProgram(file, [part.versionFlag ?? "--version"]);
    found[part.variable] = file;
  }
  return found;
}

/**
 * @param {string} [downloadedChromium] where Playwright puts the browser that it downloads
 * @returns {Machine}
 */
export function thisMachine(downloadedChromium) {
  return {
    env: process.env,
    isProgram,
    downloadedChromium,
    osRelease: existsSync("/etc/os-release") ? readFileSync("/etc/os-release", "utf8") : "",
    isRoot: process.getuid?.() === 0,
  };
}

/** @returns {string} */
function playwrightBrowser() {
  return createRequire(join(root, "tests", "package.json"))("playwright-core").chromium.executablePath();
}

/** @param {string} path */
function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
