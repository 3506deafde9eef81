import assert from "node:assert/strict";
import { PassThrough, Readable } from "node:stream";
import { test } from "node:test";
import { whenAborted } from "../../../runtime/on-abort.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { waitUntilReady } from "./wait-until-ready.ts";

const program = { cwd: "/", env: {} };

/** Returns a sandbox in which the first check hangs until its signal aborts, and the next check succeeds. */
function hangingOnce() {
  let checks = 0;
  const hang = async (signal: AbortSignal) => {
    checks += 1;
    if (checks === 1) await whenAborted(signal);
    return checks > 1;
  };
  const sandbox = {
    connect: async (_port: number, signal: AbortSignal) => {
      await hang(signal);
      signal.throwIfAborted();
      return new PassThrough();
    },
    spawn: (_command: unknown, signal: AbortSignal) => ({
      stdin: new PassThrough(),
      stdout: Readable.from([]),
      stderr: Readable.from([]),
      exited: hang(signal).then((isDone) => ({ code: isDone ? 0 : null })),
    }),
  } as unknown as Sandbox;
  return { sandbox, checks: () => checks };
}

for (const ready of [{ tcp: 5432 }, { command: "hangs" }])
  test(`repeats a check that does not end: ${Object.keys(ready)[0]}`, async () => {
    const { sandbox, checks } = hangingOnce();
    const { signal } = new AbortController();
    const limits = { readyMs: 60_000, checkMs: 1 };
    assert.equal(await waitUntilReady(sandbox, ready, program, signal, limits), true);
    assert.equal(checks(), 2);
  });

test("returns false if no check ends in time, or if the caller's signal aborts", async () => {
  const { signal } = new AbortController();
  const limits = { readyMs: 0, checkMs: 1 };
  assert.equal(await waitUntilReady(hangingOnce().sandbox, { tcp: 5432 }, program, signal, limits), false);
  const abort = new AbortController();
  const waiting = waitUntilReady(hangingOnce().sandbox, { tcp: 5432 }, program, abort.signal);
  abort.abort();
  assert.equal(await waiting, false);
});
