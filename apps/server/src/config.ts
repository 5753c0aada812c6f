import { Command, InvalidArgumentError, Option } from "commander";

/** Everything that can be set from outside. */
export interface Config {
  readonly port: number;
  readonly host: string;
  readonly dataDir: string;
  readonly logLevel: LogLevel;
  /** Origins of other sites that may connect. */
  readonly allowOrigin: readonly string[];
}

const LOG_LEVELS = ["silent", "error", "warn", "info", "debug"] as const;

type LogLevel = (typeof LOG_LEVELS)[number];

/** What to do instead of starting: print `text` and exit with `exitCode`. */
export interface Stop {
  readonly text: string;
  readonly exitCode: number;
}

/**
 * Reads flags and environment, flags first. A wrong value, `--help` and `--version` end in a `Stop`.
 */
export function readConfig(arguments_: readonly string[]): { config: Readonly<Config> } | { stop: Stop } {
  let text = "";
  const command = new Command("interline")
    .description("Write text together. Opens a web page and keeps documents in a folder.")
    .addOption(
      new Option("-p, --port <number>", "port to listen on; 0 takes any free one")
        .env("PORT")
        .default(8080)
        .argParser(parsePort),
    )
    .addOption(
      new Option("--host <address>", "address to listen on; 0.0.0.0 for all networks")
        .env("HOST")
        .default("127.0.0.1")
        .argParser(notEmpty),
    )
    .addOption(
      new Option("--data-dir <folder>", "where documents are kept")
        .env("DATA_DIR")
        .default(".data")
        .argParser(notEmpty),
    )
    .addOption(
      new Option("--log-level <level>", "what is written to standard error")
        .env("LOG_LEVEL")
        .default("warn" satisfies LogLevel)
        .choices(LOG_LEVELS),
    )
    .addOption(
      new Option(
        "--allow-origin <origins>",
        "other sites whose pages may connect, with commas between; * for all",
      )
        .env("ALLOW_ORIGIN")
        .default([])
        .argParser(parseOrigins),
    )
    .allowExcessArguments(false)
    .exitOverride()
    .configureOutput({
      writeOut: (written) => {
        text += written;
      },
      writeErr: (written) => {
        text += written;
      },
    });
  try {
    command.parse([...arguments_], { from: "user" });
  } catch (error) {
    if (!(error instanceof Error) || !("exitCode" in error)) throw error;
    return { stop: { text, exitCode: error.exitCode === 0 ? 0 : 2 } };
  }
  return { config: Object.freeze(command.opts<Config>()) };
}

function parsePort(value: string): number {
  const port = Number(value);
  if (!/^\d+$/.test(value) || port > 65_535) {
    throw new InvalidArgumentError("A port is a whole number from 0 to 65535.");
  }
  return port;
}

function notEmpty(value: string): string {
  if (value.trim() === "") throw new InvalidArgumentError("It must not be empty.");
  return value;
}

function parseOrigins(value: string): readonly string[] {
  const origins = value
    .split(",")
    .map((origin) => origin.trim())
    .filter((origin) => origin !== "");
  for (const origin of origins) {
    if (origin !== "*" && (!URL.canParse(origin) || new URL(origin).origin !== origin)) {
      throw new InvalidArgumentError(`${origin} is no origin; write it as in https://example.org`);
    }
  }
  return origins;
}
