import { fileURLToPath } from "node:url";
import { compiledProgram, type ServerOptions } from "../server-process.ts";

/** What a server is started with that lacks something: it shows that a test would find the fault. */
export function without(part: "fence" | "reading"): Required<Pick<ServerOptions, "env" | "program">> {
  const register = fileURLToPath(new URL("register.mjs", import.meta.url));
  const env = { NODE_OPTIONS: `--import file://${register}`, INTERLINE_WITHOUT: part };
  return { env, program: compiledProgram };
}
