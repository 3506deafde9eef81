import assert from "node:assert/strict";
import { test } from "node:test";
import { readServerSentEvents, type ServerSentEvent } from "./sse.ts";

async function read(bytes: Uint8Array, chunkLength: number): Promise<(ServerSentEvent | number)[]> {
  async function* chunks() {
    for (let start = 0; start < bytes.length; start += chunkLength) {
      yield bytes.subarray(start, start + chunkLength);
    }
  }
  const seen: (ServerSentEvent | number)[] = [];
  for await (const event of readServerSentEvents(chunks(), (ms) => seen.push(ms))) seen.push(event);
  return seen;
}

const event = (type: string, data: string, lastEventId = "") => ({ type, data, lastEventId });
const cases: [string, string, (ServerSentEvent | number)[]][] = [
  ["reads fields, ids and types", "id: 1\nevent: activity\ndata: x\n\n", [event("activity", "x", "1")]],
  [
    "ignores one space after the colon",
    "data:a\n\ndata:  b\n\n",
    [event("message", "a"), event("message", " b")],
  ],
  ["joins several data lines into one value", "data: a\ndata\ndata: b\n\n", [event("message", "a\n\nb")]],
  [
    "ends a line at CRLF, CR and LF",
    "data: a\r\n\r\ndata: b\r\rdata: c\n\n",
    ["a", "b", "c"].map((d) => event("message", d)),
  ],
  ["ends one line at CRLF within an event", "data: a\r\ndata: b\r\n\r\n", [event("message", "a\nb")]],
  ["drops a byte order mark at the beginning", "\u{feff}data: a\n\n", [event("message", "a")]],
  ["skips comments and unknown fields", ": hello\nfoo: bar\ndata: a\n\n", [event("message", "a")]],
  ["skips an event without data, and resets its type", "event: x\n\ndata: a\n\n", [event("message", "a")]],
  [
    "keeps an id for later events",
    "id: 7\ndata: a\n\ndata: b\n\nid\ndata: c\n\n",
    [event("message", "a", "7"), event("message", "b", "7"), event("message", "c", "")],
  ],
  ["skips an id with NUL", "id: 1\nid: 2\0\ndata: a\n\n", [event("message", "a", "1")]],
  [
    "reports a numeric retry, and no other",
    "retry: 500\nretry: 5s\ndata: a\n\n",
    [500, event("message", "a")],
  ],
  ["drops an incomplete event at the end", "data: a\n\ndata: b\n", [event("message", "a")]],
  ["preserves multibyte characters", "data: grüße 🐘\n\n", [event("message", "grüße 🐘")]],
  ["accepts a colon in the value", "data: a: b\n\n", [event("message", "a: b")]],
];
for (const [name, text, expected] of cases) {
  test(`${name}, regardless of chunk boundaries`, async () => {
    const bytes = new TextEncoder().encode(text);
    for (let chunkLength = 1; chunkLength <= bytes.length; chunkLength++) {
      assert.deepEqual(await read(bytes, chunkLength), expected, `chunks of ${chunkLength} bytes`);
    }
  });
}

test("rejects an event that never ends instead of buffering it", async () => {
  const mebibyte = new Uint8Array(1024 * 1024).fill(97);
  async function* endless() {
    yield new TextEncoder().encode("data: ");
    for (;;) yield mebibyte;
  }
  await assert.rejects(readServerSentEvents(endless()).next(), /longer than/);
});
