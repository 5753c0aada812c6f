import { type Command, InvalidArgumentError } from "commander";

/** What to do instead of what was asked for: print `text` and exit with `exitCode`. */
export interface Stop {
  readonly text: string;
  readonly exitCode: number;
}

/** Gives a command its arguments. Wrong ones, `--help` and `--version` end in a `Stop`. */
export function parse(command: Command, arguments_: readonly string[]): { stop: Stop } | undefined {
  let text = "";
  const write = (written: string): void => {
    text += written;
  };
  command.exitOverride().configureOutput({ writeOut: write, writeErr: write });
  try {
    command.parse([...arguments_], { from: "user" });
  } catch (error) {
    if (!(error instanceof Error) || !("exitCode" in error)) throw error;
    return { stop: { text, exitCode: error.exitCode === 0 ? 0 : 2 } };
  }
  return undefined;
}

export function notEmpty(value: string): string {
  if (value.trim() === "") throw new InvalidArgumentError("It must not be empty.");
  return value;
}

/** A whole number from `least` to `most`. */
export function wholeNumber(what: string, least: number, most: number): (value: string) => number {
  return (value) => {
    const number = Number(value);
    if (!/^\d+$/.test(value) || number < least || number > most) {
      throw new InvalidArgumentError(`${what} is a whole number from ${least} to ${most}.`);
    }
    return number;
  };
}

/** An address that begins with one of these, such as `http:`. */
export function address(...protocols: readonly string[]): (value: string) => string {
  return (value) => {
    if (!URL.canParse(value) || !protocols.includes(new URL(value).protocol)) {
      throw new InvalidArgumentError(`${value} is no address that begins with ${protocols.join(" or ")}//`);
    }
    return value;
  };
}

/** The address of something on a site, which may be under a path. */
export function addressUnder(site: string, path: string): URL {
  return new URL(path, site.endsWith("/") ? site : `${site}/`);
}
