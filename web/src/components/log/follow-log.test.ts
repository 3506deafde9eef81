import assert from "node:assert/strict";
import { test } from "node:test";
import { followLog, type ShownLog } from "./follow-log.ts";

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
    { text: "one\n", status: null, error: null },
    { text: "one\ntwo\n", status: null, error: null },
    { text: "one\ntwo\n", status: "completed", error: null },
  ]);
});

test("shows pieces together that arrive before the next drawing", async () => {
  assert.deepEqual(await shownOf(logOf(["one\n", "two\n"]), { isHeld: true }), [
    { text: "one\ntwo\n", status: "completed", error: null },
  ]);
});

test("keeps the text that it has received when the stream fails", async () => {
  const error = new Error("The server does not respond.");
  assert.deepEqual((await shownOf(logOf(["one\n"], error))).at(-1), { text: "one\n", status: null, error });
});

test("shows nothing after the page has closed", async () => {
  assert.deepEqual(await shownOf(logOf(["one\n"]), { isAborted: true }), []);
});
