import assert from "node:assert/strict";
import { test } from "node:test";
import { whenAborted } from "./on-abort.ts";
import { runTogether } from "./run-together.ts";

const { signal } = new AbortController();

test("returns the results in order", async () => {
  const [text, number] = await runTogether([async () => "a", async () => 1], signal);
  assert.deepEqual([text.toUpperCase(), number + 1], ["A", 2]);
});

test("aborts the rest after the first failure, and waits for it", async () => {
  const steps: string[] = [];
  const running = runTogether(
    [
      async () => {
        throw new Error("first");
      },
      async (within) => {
        await whenAborted(within);
        await new Promise(setImmediate);
        steps.push("settled");
        within.throwIfAborted();
        throw new Error("second");
      },
    ],
    signal,
  );
  await assert.rejects(
    running.finally(() => steps.push("rejected")),
    /first/,
  );
  assert.deepEqual(steps, ["settled", "rejected"]);
});

test("aborts all of the work with the caller's signal", async () => {
  const abort = new AbortController();
  const running = runTogether(
    [
      async (within) => {
        await whenAborted(within);
        within.throwIfAborted();
      },
    ],
    abort.signal,
  );
  abort.abort(new Error("stopped"));
  await assert.rejects(running, /stopped/);
});
