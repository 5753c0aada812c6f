/** Loaded into a server before anything else: makes it a build that lacks what `INTERLINE_WITHOUT` names. */
import { register } from "node:module";

register("./hooks.mjs", import.meta.url);
