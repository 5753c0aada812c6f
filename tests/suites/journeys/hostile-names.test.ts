import * as fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { PageHost } from "../../browser/page-host.ts";
import { sharedBrowser } from "../../browser/shared-site.ts";

const site = sharedBrowser();
let host: PageHost;
beforeAll(async () => {
  host = await PageHost.start("hostile-names.ts");
});
afterAll(() => host.close());

/** A late part of the page, or the server that its session looks for. */
const isOurs = (url: string): boolean =>
  (url.startsWith(host.origin) && url.endsWith(".js")) || url.startsWith("http://127.0.0.1:9/sync");

const MARKUP = [
  "<img src=x onerror=window.hit()>",
  "<script>window.hit()</script>",
  "</bdi></span><svg onload=window.hit()>",
  '"><style>*{display:none}</style>',
  "' onfocus='window.hit()' autofocus='",
  "javascript:window.hit()",
  "${window.hit()}",
  "{{constructor.constructor('window.hit()')()}}",
  "&lt;b&gt;",
  "\u202eevil\u2066",
  "\u2069\u2069 out",
  "a\nb\u2028c\0d",
  "Z̶̧̢̛͔͇̖̳͍͇̝̯̗̤̳̈́̋͆̓̋̏̓͑a̸l̷g̵o",
  "x".repeat(5_000),
  "",
  "   ",
];
const COLORS = [
  1,
  12,
  0,
  -1,
  99,
  1.5,
  Number.NaN,
  "1; } * { display: none",
  '"><img src=x onerror=window.hit()>',
  "url(//evil.example)",
  null,
];

const person = fc.record({
  name: fc.oneof(
    fc.constantFrom(...MARKUP),
    fc.string({ unit: "binary", maxLength: 80 }),
    fc.array(fc.constantFrom(...MARKUP.slice(0, 12)), { maxLength: 3 }).map((parts) => parts.join(" ")),
  ),
  color: fc.constantFrom(...COLORS),
  id: fc.oneof(
    fc.constantFrom("ana", 'guest_"]<b>', "constructor", "__proto__", "\n"),
    fc.string({ maxLength: 20 }),
  ),
});

it("whatever others are called and coloured is text: no markup, no script, no style, no line, and never wider than the page", async () => {
  const page = await site.browser.newPage({ viewport: { width: 1000, height: 600 } });
  const faults: string[] = [];
  page.on("pageerror", (error) => faults.push(error.message));
  const asked: string[] = [];
  page.on("request", (request) => asked.push(request.url()));
  await page.goto(host.origin);
  await page.waitForFunction(() => window.isReady());
  const atFirst = asked.length;
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(person, { minLength: 1, maxLength: 7, selector: ({ id }) => id }),
      async (people) => {
        const seen = await page.evaluate((others) => window.showPeople(others), people);
        expect(seen).toEqual({ hits: 0, strangers: [], isWide: false, hasControls: false, text: "one\ntwo" });
      },
    ),
    { numRuns: 60 },
  );
  expect(faults).toEqual([]);
  // Late parts of the page itself may have come; nothing of a name was asked for.
  expect(asked.slice(atFirst).filter((url) => !isOurs(url))).toEqual([]);
  await page.context().close();
});
