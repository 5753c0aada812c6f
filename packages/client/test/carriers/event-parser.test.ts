import * as fc from "fast-check";
import { expect, test } from "vitest";
import { EventParser, type StreamedEvent } from "../../src/carriers/event-parser.ts";

const STREAM = [
  "retry: 1000\n: start\n\n",
  'id: 1\ndata: ["welcome",1,": x\\n\\n"]\n\n',
  ": beat\n\n",
  'id: 2\ndata: ["pong"]\n\n',
  'event: close\ndata: [4400,"bad message"]\n\n',
];
const EVENTS: readonly StreamedEvent[] = [
  { id: "", event: "", data: undefined },
  { id: "1", event: "", data: '["welcome",1,": x\\n\\n"]' },
  { id: "", event: "", data: undefined },
  { id: "2", event: "", data: '["pong"]' },
  { id: "", event: "close", data: '[4400,"bad message"]' },
];

test("an event stream is read alike in whatever pieces it comes", () => {
  const stream = STREAM.join("");
  fc.assert(
    fc.property(fc.array(fc.nat(stream.length)), (cuts) => {
      const taken: StreamedEvent[] = [];
      const parser = new EventParser((event) => taken.push(event));
      const ends = [...cuts.toSorted((a, b) => a - b), stream.length];
      for (const [index, end] of ends.entries()) parser.feed(stream.slice(ends[index - 1] ?? 0, end));
      expect(taken).toEqual(EVENTS);
    }),
  );
});

test("what is not there to its end is not told", () => {
  const taken: StreamedEvent[] = [];
  new EventParser((event) => taken.push(event)).feed('id: 1\ndata: ["pong"]\n');
  expect(taken).toEqual([]);
});
