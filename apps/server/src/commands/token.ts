import {
  EVERY_DOCUMENT,
  isDocumentId,
  MAX_NAME_UNITS,
  MAX_TOKEN_LENGTH,
  ROLES,
  unfitIn,
} from "@interline/server";
import { Command, InvalidArgumentError, Option } from "commander";
import { SignJWT } from "jose";
import { notEmpty, parse } from "../command-line.ts";
import { faultOfSecret, readSecret, secretOfEnvironment } from "../config.ts";
import { failed } from "./progress.ts";

interface TokenOptions {
  readonly user: string;
  readonly name?: string;
  readonly document: string;
  readonly role: string;
  readonly expires: string;
  /** The secret itself: the option reads its file. */
  readonly jwtSecretFile?: string;
}

/** `interline token`: prints a token that the server with the same secret takes. For trying out, scripts and backups. */
export async function token(arguments_: readonly string[]): Promise<number> {
  const command = new Command("interline token")
    .description("Prints a token for the server that has the same secret.")
    .addOption(new Option("--user <id>", "who it is for").makeOptionMandatory().argParser(notEmpty))
    .addOption(new Option("--name <name>", "their name, as others see it").argParser(parseName))
    .addOption(
      new Option("--document <id>", "for one document; * for all")
        .default(EVERY_DOCUMENT)
        .argParser(parseDocument),
    )
    .addOption(new Option("--role <role>", "what it allows").default("write").choices(ROLES))
    .addOption(
      new Option("--expires <time>", "how long it is good, as in 10m, 12h, 30d")
        .default("1h")
        .argParser(parseTime),
    )
    .addOption(
      new Option("--jwt-secret-file <file>", "file with the secret of the server; or JWT_SECRET itself")
        .env("JWT_SECRET_FILE")
        .argParser(readSecret),
    )
    .allowExcessArguments(false);
  const stopped = parse(command, arguments_);
  if (stopped !== undefined) return failed(stopped.stop);
  const { user, name, document, role, expires, jwtSecretFile } = command.opts<TokenOptions>();
  const secret = jwtSecretFile ?? secretOfEnvironment();
  if (secret === undefined) {
    const text =
      "error: There is no secret to sign with. Give its file with --jwt-secret-file, or put it into JWT_SECRET.\n";
    return failed({ text, exitCode: 2 });
  }
  const fault = faultOfSecret(secret);
  if (fault !== undefined) return failed({ text: `error: ${fault}\n`, exitCode: 2 });
  const claims = { documents: { [document]: role }, ...(name === undefined ? {} : { name }) };
  const signed = await new SignJWT(claims)
    .setProtectedHeader({ alg: "HS256" })
    .setSubject(user)
    .setIssuedAt()
    .setExpirationTime(expires)
    .sign(new TextEncoder().encode(secret));
  if (signed.length > MAX_TOKEN_LENGTH) {
    const text = `error: The token would have ${signed.length} characters, and the server takes ${MAX_TOKEN_LENGTH}. Give a shorter --user.\n`;
    return failed({ text, exitCode: 2 });
  }
  process.stdout.write(`${signed}\n`);
  return 0;
}

/** As others will see it: nothing is left out later. */
function parseName(value: string): string {
  const unfit = unfitIn(value);
  if (unfit !== undefined) {
    const code = (unfit.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
    throw new InvalidArgumentError(
      `It has a character that is not shown, or that turns text around: U+${code}.`,
    );
  }
  if (value.trim() !== "" && value.length <= MAX_NAME_UNITS) return value;
  throw new InvalidArgumentError(`A name has 1 to ${MAX_NAME_UNITS} characters.`);
}

function parseDocument(value: string): string {
  if (value === EVERY_DOCUMENT || isDocumentId(value)) return value;
  throw new InvalidArgumentError("It is no document id.");
}

function parseTime(value: string): string {
  // One that is over at once would be good for nothing.
  if (/^[1-9]\d{0,5}[smhd]$/.test(value)) return value;
  throw new InvalidArgumentError("A time is a number above 0 with s, m, h or d after it.");
}
