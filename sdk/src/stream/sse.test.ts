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
  ["fields, ids and types", "id: 1\nevent: activity\ndata: x\n\n", [event("activity", "x", "1")]],
  [
    "one space after the colon is no part of the value",
    "data:a\n\ndata:  b\n\n",
    [event("message", "a"), event("message", " b")],
  ],
  ["several data lines are one value", "data: a\ndata\ndata: b\n\n", [event("message", "a\n\nb")]],
  [
    "CRLF, CR and LF end a line",
    "data: a\r\n\r\ndata: b\r\rdata: c\n\n",
    ["a", "b", "c"].map((d) => event("message", d)),
  ],
  ["CRLF within an event ends one line", "data: a\r\ndata: b\r\n\r\n", [event("message", "a\nb")]],
  ["a byte order mark at the beginning is dropped", "\u{feff}data: a\n\n", [event("message", "a")]],
  ["comments and unknown fields are passed over", ": hello\nfoo: bar\ndata: a\n\n", [event("message", "a")]],
  [
    "an event without data is none, and its type does not stay",
    "event: x\n\ndata: a\n\n",
    [event("message", "a")],
  ],
  [
    "an id stays for the events after it",
    "id: 7\ndata: a\n\ndata: b\n\nid\ndata: c\n\n",
    [event("message", "a", "7"), event("message", "b", "7"), event("message", "c", "")],
  ],
  ["an id with NUL is passed over", "id: 1\nid: 2\0\ndata: a\n\n", [event("message", "a", "1")]],
  [
    "a retry of digits is told, another not",
    "retry: 500\nretry: 5s\ndata: a\n\n",
    [500, event("message", "a")],
  ],
  ["what the end cuts off is dropped", "data: a\n\ndata: b\n", [event("message", "a")]],
  ["characters of several bytes survive", "data: grüße 🐘\n\n", [event("message", "grüße 🐘")]],
  ["a colon may stand in the value", "data: a: b\n\n", [event("message", "a: b")]],
];
for (const [name, text, expected] of cases) {
  test(`${name}, wherever the chunks are cut`, async () => {
    const bytes = new TextEncoder().encode(text);
    for (let chunkLength = 1; chunkLength <= bytes.length; chunkLength++) {
      assert.deepEqual(await read(bytes, chunkLength), expected, `chunks of ${chunkLength} bytes`);
    }
  });
}

test("an event without end is refused instead of buffered", async () => {
  const mebibyte = new Uint8Array(1024 * 1024).fill(97);
  async function* endless() {
    yield new TextEncoder().encode("data: ");
    for (;;) yield mebibyte;
  }
  await assert.rejects(readServerSentEvents(endless()).next(), /longer than/);
});
