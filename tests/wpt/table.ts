import { reasonFor } from "./deviations.ts";
import type { Outcome } from "./results.ts";

export interface Deviation {
  readonly path: string;
  readonly name: string;
  readonly message: string;
}

/** One file with the native text area and with the element. */
export interface Comparison {
  readonly path: string;
  /** What passes with the native one, and concerns text areas. */
  readonly expected: number;
  /** What of that passes with the element too. */
  readonly passed: number;
  readonly deviations: readonly Deviation[];
}

export function compare(path: string, native: Outcome, element: Outcome): Comparison {
  const byName = new Map(element.tests.map((test) => [nativeName(test.name), test]));
  const isAbout = (name: string): boolean => path.includes("textarea") || /textarea/i.test(name);
  const deviations: Deviation[] = [];
  let expected = 0;
  for (const { name, isPassed } of native.tests) {
    const mine = byName.get(nativeName(name));
    if (!isPassed) continue;
    const isSame = mine?.isPassed === true;
    if (isAbout(name) || !isSame) expected++;
    if (!isSame) deviations.push({ path, name, message: mine?.message ?? element.message });
  }
  return { path, expected, passed: expected - deviations.length, deviations };
}

const nativeName = (name: string): string =>
  name
    .replaceAll("interline-editor", "textarea")
    .replaceAll("[object HTMLElement]", "[object HTMLTextAreaElement]");

export function unexplained(comparisons: readonly Comparison[]): readonly Deviation[] {
  return comparisons.flatMap(({ deviations }) => deviations.filter((one) => reasonFor(one) === undefined));
}

/** The page of the documentation. */
export function table(comparisons: readonly Comparison[], commit: string, chromium: string): string {
  const shown = comparisons.filter(({ expected }) => expected > 0);
  const expected = shown.reduce((sum, one) => sum + one.expected, 0);
  const passed = shown.reduce((sum, one) => sum + one.passed, 0);
  const reasons = new Map<string, Deviation[]>();
  for (const deviation of shown.flatMap(({ deviations }) => deviations)) {
    const reason = reasonFor(deviation) ?? "Not explained.";
    reasons.set(reason, [...(reasons.get(reason) ?? []), deviation]);
  }
  return `# Web-platform-tests

\`npm run test:wpt\` runs the tests of text areas, text selection, constraints and form-associated elements of a checkout
of [web-platform-tests](https://github.com/web-platform-tests/wpt) (\`WPT_DIR\`) twice: with Chromium's own
\`<textarea>\`, and with \`<interline-editor>\` in its place. Counted is what passes with the native one and concerns text
areas. Written by that command; each behaviour that it claims is stated again, in our words, by a test of \`npm test\`.

Commit \`${commit}\`, Chromium ${chromium}: **${passed} of ${expected}** pass with the element.

| File | Pass with \`<textarea>\` | Pass with \`<interline-editor>\` |
| --- | --- | --- |
${shown.map((one) => `| ${one.path} | ${one.expected} | ${one.passed} |`).join("\n")}

## Deviations

${[...reasons].map(([reason, found]) => section(reason, found)).join("\n")}`;
}

/** Longest list of one reason; what is alike is counted. */
const MAX_LISTED = 12;

function section(reason: string, found: readonly Deviation[]): string {
  const listed = found
    .slice(0, MAX_LISTED)
    .map(({ path, name }) => `  - ${fileOf(path)}: ${name.replaceAll("|", "\\|")}`);
  const more = found.length > MAX_LISTED ? [`  - and ${found.length - MAX_LISTED} more like them`] : [];
  return [`- ${reason} (${found.length})`, ...listed, ...more, ""].join("\n");
}

const fileOf = (path: string): string => path.replace(/^.*\//, "");
