import { fileURLToPath } from "node:url";

/** The environment that makes a server program a broken one: it shows that a test would find the fault. */
export function without(part: "fence" | "reading"): NodeJS.ProcessEnv {
  const register = fileURLToPath(new URL("register.mjs", import.meta.url));
  return { NODE_OPTIONS: `--import file://${register}`, INTERLINE_WITHOUT: part };
}
