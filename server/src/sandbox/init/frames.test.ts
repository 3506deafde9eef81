import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeFrame } from "../../runtime/encode-frame.ts";
import { decodeFrames, encodeRun, type InitFrame } from "./frames.ts";

const tokens = ["a", "b", "c"] as const;

function decodeAll(bytes: Buffer): { frames: InitFrame[]; rest: Buffer } {
  const frames: InitFrame[] = [];
  return { rest: decodeFrames(bytes, (frame) => frames.push(frame)), frames };
}

test("decodes frames that arrive in any pieces", () => {
  const bytes = Buffer.concat([
    encodeFrame(["ready"]),
    encodeFrame(["exit", 1, 7, ""]),
    encodeFrame(["exit", 2, "", 15]),
    encodeFrame(["failed", 3, "fork: no memory"]),
  ]);
  const frames: InitFrame[] = [];
  let rest: Buffer = Buffer.alloc(0);
  for (const byte of bytes)
    rest = decodeFrames(Buffer.concat([rest, Buffer.from([byte])]), (frame) => frames.push(frame));
  assert.equal(rest.length, 0);
  assert.deepEqual(frames, [
    { kind: "ready" },
    { kind: "exit", id: 1, code: 7, signal: null },
    { kind: "exit", id: 2, code: null, signal: 15 },
    { kind: "failed", id: 3, reason: "fork: no memory" },
  ]);
});

test("rejects unknown frames, invalid numbers and frames that are too long", () => {
  for (const words of [
    [""],
    ["hello"],
    ["ready", 1],
    ["exit", 1],
    ["exit", 1, 7, 9],
    ["exit", 1, "", ""],
    ["exit", -1, 0, ""],
    ["exit", "1e9", 0, ""],
    ["refused", "x"],
    ["paused", 2],
  ])
    assert.throws(() => decodeAll(encodeFrame(words)), RangeError, words.join(" "));
  assert.throws(() => decodeAll(Buffer.from([0, 0, 4, 1])), RangeError);
  assert.deepEqual(
    decodeAll(Buffer.from([0, 0, 4, 0])).frames,
    [],
    "control: waits for a frame of 1,024 bytes",
  );
});

test("rejects a NUL byte in a program's arguments, variables and folder", () => {
  const command = { argv: ["true"], cwd: "/", env: { A: "b" } } as const;
  for (const changes of [{ argv: ["a\0b"] as const }, { cwd: "/\0" }, { env: { A: "\0" } }])
    assert.throws(() => encodeRun(1, tokens, { ...command, ...changes }), TypeError);
  assert.ok(encodeRun(1, tokens, command).length > 0, "control");
});
