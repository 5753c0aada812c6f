import { describe, expect, it } from "vitest";
import { startRedis } from "../support/redis-process.ts";
import { seededRandom } from "../support/seeded-random.ts";
import { ServerProcess } from "../support/server-process.ts";

/** Kills in the middle of long writes. `INTERLINE_WRITE_KILLS` asks for more of them, and for Redis too. */
const ASKED = process.env["INTERLINE_WRITE_KILLS"];
const KILLS = Number(ASKED ?? 2);
const STORES = ASKED === undefined ? ["the embedded store"] : ["the embedded store", "Redis"];
/**
 * Looks at the server before a kill, at most: each takes a turn or two of its event loop, as each slice of a
 * write does.
 */
const MAX_LOOKS = 60;

/**
 * A text of about 600,000 UTF-16 code units, committed as several entries. Two of them have hardly a
 * character at one place.
 */
function longText(word: string): string {
  return `${word} 😀 `.repeat(Math.ceil(600_000 / (word.length + 4)));
}

/** Resolves when a stream of events has told the beginning of something long. */
async function longEvent({ body }: Response): Promise<void> {
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.length;
    if (bytes > 20_000) return;
  }
}

const TEXTS = [longText("old"), longText("the newer"), longText("αβγ")] as const;

describe("a long text that is written over HTTP", () => {
  for (const store of STORES) {
    it(`[I2] [I3] is there as a whole or not at all, whenever the server is killed: ${store}`, async () => {
      await using redis = store === "Redis" ? await startRedis() : undefined;
      await using server = await ServerProcess.start(
        redis ? { args: ["--redis", `redis://127.0.0.1:${redis.port}`] } : {},
      );
      const random = seededRandom();
      const document = `${server.url}/api/v1/documents/d`;
      const json = { "content-type": "application/json" };
      const put = (text: string): Promise<Response> =>
        fetch(`${document}/text`, { method: "PUT", body: text, headers: { "content-type": "text/plain" } });
      const create = (id: string, text: string): Promise<Response> =>
        fetch(`${server.url}/api/v1/documents`, {
          method: "POST",
          body: JSON.stringify({ id, title: "T", text }),
          headers: json,
        });
      const status = (request: Promise<Response>): Promise<number | undefined> =>
        request.then(async (answer) => (await answer.text(), answer.status)).catch(() => undefined);
      const textOf = async (id: string): Promise<string | undefined> => {
        const answer = await fetch(`${server.url}/api/v1/documents/${id}/text`, {
          headers: { accept: "text/plain" },
        });
        const text = await answer.text();
        expect(answer.status === 200 || answer.status === 404).toBe(true);
        return answer.status === 200 ? text : undefined;
      };

      expect(await status(create("d", TEXTS[0]))).toBe(201);
      let before: string = TEXTS[0];
      for (let kill = 0; kill < KILLS; kill++) {
        const next = TEXTS[(kill + 1) % TEXTS.length] ?? "";
        const events = await fetch(`${document}/events`);
        const id = `made-${kill}`;
        const written = status(put(next));
        const made = status(create(id, next));
        // As soon as anybody hears of it, or at any time before.
        if (kill % 2 === 0) await longEvent(events);
        else for (let looks = random.int(MAX_LOOKS); looks > 0; looks--) await (await fetch(document)).text();
        await server.kill();
        const answers = [await written, await made];
        await server.restart();

        const now = await textOf("d");
        expect(now === before || now === next, `${now?.length} of ${next.length} units`).toBe(true);
        if (answers[0] === 200) expect(now === next).toBe(true);
        before = now ?? "";
        const other = await textOf(id);
        expect(other === undefined || other === next, `${other?.length} of ${next.length} units`).toBe(true);
        if (answers[1] === 201) expect(other === next).toBe(true);
        // Whoever got no answer makes it again, or is told that it is there.
        if (kill === 0) expect(await status(create(id, next))).toBe(other === undefined ? 201 : 409);
      }
    });
  }
});
