/**
 * Puts the type to npm `ot-fuzzer`. Run in a folder of its own, where the fuzzer keeps how far it is:
 * `SEED=1 node --import tsx --conditions=development fuzz-type.ts <iterations>`. The same seed gives the same operations.
 */
import { createRequire } from "node:module";
import type { AnyComponent } from "../src/components.ts";
import { type } from "../src/type.ts";

interface Fuzzer {
  (
    type: object,
    generate: (document: string) => [operation: unknown, after: string],
    iterations: number,
  ): void;
  randomInt(limit: number): number;
  randomWord(): string;
}

const require = createRequire(import.meta.url);
const fuzzer = require("ot-fuzzer") as Fuzzer;

/** From so many code points on the document mostly shrinks. */
const LONG = 60;

/** An operation with steps of all kinds, some of length 0, some deletes with their text, and the document after it. */
function generate(document: string): [operation: unknown, after: string] {
  const rest = Array.from(document);
  const inserts = rest.length > LONG ? 1 : 4;
  const operation: AnyComponent[] = [];
  let after = "";
  for (let steps = fuzzer.randomInt(6); steps >= 0; steps--) {
    const kind = fuzzer.randomInt(8);
    if (kind < inserts) {
      const text = fuzzer.randomInt(4) === 0 ? "👻é🥰" : fuzzer.randomWord();
      operation.push(text);
      after += text;
      continue;
    }
    const taken = rest.splice(0, fuzzer.randomInt(5));
    const text = taken.join("");
    if (kind >= 6) {
      operation.push(taken.length);
      after += text;
    } else operation.push({ d: kind === 5 ? taken.length : text });
  }
  return [type.normalize(operation), after + rest.join("")];
}

// A copy: while it runs the fuzzer puts functions that count into the type that it is given.
fuzzer({ ...type }, generate, Number(process.argv[2]));
