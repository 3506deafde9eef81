import assert from "node:assert/strict";
import { test } from "node:test";
import { maxBuildLogBytes } from "@tembo-io/sdk";
import { followLog, maxShownLength, type ShownLog } from "./follow-log.ts";

/** Last line of a build's log that was too long. */
const truncation = "\n[The rest is omitted.]\n";

async function* logOf(pieces: readonly string[], failure?: Error) {
  yield* pieces;
  if (failure !== undefined) throw failure;
  return "completed" as const;
}

/** Follows the log. `isHeld` delays everything that is shown until the stream has ended. */
async function shownOf(log: ReturnType<typeof logOf>, { isHeld = false, isAborted = false } = {}) {
  const shown: ShownLog[] = [];
  const held: (() => void)[] = [];
  const signal = isAborted ? AbortSignal.abort() : new AbortController().signal;
  await followLog(log, (one) => shown.push(one), {
    schedule: (show) => (isHeld ? held.push(show) : show()),
    signal,
  });
  for (const show of held) show();
  return shown;
}

test("shows the log as it grows, and then the status of its program", async () => {
  assert.deepEqual(await shownOf(logOf(["one\n", "two\n"])), [
    { text: "one\n", isCut: false, status: null, error: null },
    { text: "one\ntwo\n", isCut: false, status: null, error: null },
    { text: "one\ntwo\n", isCut: false, status: "completed", error: null },
  ]);
});

test("shows pieces together that arrive before the next drawing", async () => {
  assert.deepEqual(await shownOf(logOf(["one\n", "two\n"]), { isHeld: true }), [
    { text: "one\ntwo\n", isCut: false, status: "completed", error: null },
  ]);
});

test("keeps the text that it has received when the stream fails", async () => {
  const error = new Error("The server does not respond.");
  assert.deepEqual((await shownOf(logOf(["one\n"], error))).at(-1), {
    text: "one\n",
    isCut: false,
    status: null,
    error,
  });
});

test("shows nothing after the page has closed", async () => {
  assert.deepEqual(await shownOf(logOf(["one\n"]), { isAborted: true }), []);
});

test("keeps only the end of a log that does not stop growing, from the beginning of a line", async () => {
  const line = `${"x".repeat(1_023)}\n`;
  const piece = line.repeat(100);
  const pieces = Math.ceil(maxShownLength / piece.length) * 3;
  const shown = await shownOf(logOf([...Array<string>(pieces).fill(piece), "last\n"]));
  assert.ok(shown.every(({ text }) => text.length <= maxShownLength));
  assert.ok(shown.every(({ text }) => text.startsWith(line)));
  assert.deepEqual([shown[0]?.isCut, shown.at(-1)?.isCut], [false, true]);
  assert.ok(shown.at(-1)?.text.endsWith(`${line}last\n`));
});

test("keeps the end of a line that is longer than the limit", async () => {
  const line = `${"x".repeat(maxShownLength)}\n`;
  const [only] = await shownOf(logOf([line]), { isHeld: true });
  assert.deepEqual([only?.isCut, only?.text], [true, line.slice(-only!.text.length)]);
  assert.ok(only!.text.length > maxShownLength / 2);
});

test("shows a log whole that is as large as the server stores", async () => {
  const [only] = await shownOf(logOf(["x".repeat(maxBuildLogBytes), truncation]), { isHeld: true });
  assert.deepEqual([only?.isCut, only?.text.length], [false, maxBuildLogBytes + truncation.length]);
});
