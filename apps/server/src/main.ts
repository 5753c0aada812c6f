import { tooOld } from "./node-version.ts";

// Nothing else is imported before the version is known: an older Node could not even read it.
const complaint = tooOld(process.versions.node);
if (complaint === undefined) await import("./program.ts");
else {
  process.stderr.write(complaint);
  process.exitCode = 1;
}
