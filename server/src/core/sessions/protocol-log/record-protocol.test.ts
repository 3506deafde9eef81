import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { buffer } from "node:stream/consumers";
import { test } from "node:test";
import type { WireRecord } from "@tembo/contract";
import { AppError, createMasker, loadRowBytes, type RowBytes } from "../../base/index.ts";
import type { ProtocolLine } from "./protocol-line.ts";
import { defaultProtocolLogLimits, type ProtocolLogLimits, recordProtocol } from "./record-protocol.ts";

const begin = {
  turnId: "t",
  turnNumber: 1,
  attempt: 1,
  messageId: "m",
  harness: "h",
  model: "x",
  mode: "build",
  cwd: "/w",
  conversationId: null,
} as const;

function prepare(limits: Partial<ProtocolLogLimits> = {}, append?: (piece: string) => Promise<void>) {
  const pieces: string[] = [];
  const warnings: string[] = [];
  let now = 0;
  const blobs = memoryBlobs();
  const ports = {
    blobs,
    store: {
      protocolLog: {
        append: async (_: unknown, piece: string, keep: (bytes: Buffer) => Promise<RowBytes>) => {
          await append?.(piece);
          const stored = await keep(Buffer.from(piece));
          pieces.push(String(await loadRowBytes(blobs, "o", stored, maxBytes)));
        },
      },
    },
    clock: { now: () => new Date(now) },
    log: { info: () => {}, warn: (_: object, words: string) => void warnings.push(words), error: () => {} },
  } as unknown as Parameters<typeof recordProtocol>[0]["ports"];
  const lease = { sessionId: "s", turnId: "t", attempt: 1 };
  const source = {
    ports,
    lease,
    session: { organizationId: "o" },
    masker: createMasker([]),
    limits: { ...defaultProtocolLogLimits, ...limits },
  };
  return {
    recording: recordProtocol(source, begin),
    pieces,
    blobs,
    warnings,
    pass: (ms: number) => {
      now += ms;
    },
    records: () =>
      pieces
        .join("")
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line) as WireRecord),
  };
}

const maxBytes = 10_000_000;

/** Returns blobs of any organization in memory. */
function memoryBlobs() {
  const stored: Buffer[] = [];
  return {
    stored,
    async put(_: unknown, bytes: AsyncIterable<Uint8Array>) {
      stored.push(await buffer(bytes));
      return { id: String(stored.length - 1), sizeBytes: stored.at(-1)!.length, sha256: "" };
    },
    async *get(_: string, id: string) {
      yield stored[Number(id)]!;
    },
  };
}

const line = (text: string): ProtocolLine => ({ direction: "fromHarness", text });
const linesOf = (records: readonly WireRecord[]) =>
  records.map((record) =>
    record.type === "line" ? record.text : record.type === "dropped" ? record.lines : record.type,
  );

test("stores lines in order and in batches", async () => {
  const { recording, pieces, records } = prepare({ pieceChars: 10 });
  for (const text of ["aaaaaa", "bbbbbb", "cc"]) recording.recordLine(line(text));
  await recording.close();
  assert.equal(pieces.length, 2);
  assert.deepEqual(linesOf(records()), ["begin", "aaaaaa", "bbbbbb", "cc"]);
});

test("stores a few lines together with the next line after the maximum age", async () => {
  const { recording, pieces, pass } = prepare();
  recording.recordLine(line("a"));
  assert.equal(pieces.length, 0);
  pass(defaultProtocolLogLimits.maxAgeMs);
  recording.recordLine(line("b"));
  await Promise.resolve();
  await recording.close();
  assert.equal(pieces.length, 1);
});

test("stops at the size limit and records the number of omitted lines", async () => {
  const { recording, records } = prepare({ maxChars: 10 });
  for (const text of ["aaaa", "bbbb", "cccc", "d", "e"]) recording.recordLine(line(text));
  await recording.close();
  assert.deepEqual(linesOf(records()), ["begin", "aaaa", "bbbb", 3]);
});

test("records the number of omitted lines in place of lines that are too long", async () => {
  const { recording, records } = prepare({ maxLineChars: 3 });
  for (const text of ["a", "bbbb", "bbbb", "c"]) recording.recordLine(line(text));
  await recording.close();
  assert.deepEqual(linesOf(records()), ["begin", "a", 2, "c"]);
});

test("limits pending lines while the database is slow", async () => {
  const slow = Promise.withResolvers<void>();
  const { recording, records } = prepare({ pieceChars: 4, maxPendingChars: 8 }, () => slow.promise);
  for (let n = 0; n < 1_000; n++) recording.recordLine(line("aaaa"));
  slow.resolve();
  await recording.close();
  assert.deepEqual(linesOf(records()), ["begin", "aaaa", "aaaa", "aaaa", 997]);
});

test("stops recording, and logs once, when storing fails", async () => {
  const { recording, pieces, warnings } = prepare({ pieceChars: 1 }, async () => {
    throw new Error("the database is not reachable");
  });
  recording.recordLine(line("a"));
  await new Promise((resolve) => setImmediate(resolve));
  recording.recordLine(line("b"));
  await recording.close();
  assert.deepEqual([pieces.length, warnings.length], [0, 1]);
});

test("stops recording silently when the attempt is fenced", async () => {
  const { recording, warnings } = prepare({}, async () => {
    throw new AppError("fenced", "Another attempt holds the turn.");
  });
  recording.recordLine(line("a"));
  await recording.close();
  assert.deepEqual(warnings, []);
});

test("stores a large piece in a blob", async () => {
  const { recording, records, blobs } = prepare();
  const random = randomBytes(400_000).toString("base64");
  recording.recordLine(line("short"));
  recording.recordLine(line(random));
  await recording.close();
  assert.deepEqual(linesOf(records()), ["begin", "short", random]);
  assert.equal(blobs.stored.length, 1);
  assert.ok(blobs.stored[0]!.length > 256 * 1024);
  const small = prepare();
  small.recording.recordLine(line("short"));
  await small.recording.close();
  assert.equal(small.blobs.stored.length, 0, "control");
});
