import assert from "node:assert/strict";
import { test } from "node:test";
import { whenAborted } from "../../../runtime/on-abort.ts";
import { AppError } from "../errors.ts";
import { withLimit } from "./job-tools.ts";
import { type Answer, runWithRetries } from "./run-with-retries.ts";
import { memoryTools } from "./testing/memory-tools.ts";

const log = { info() {}, warn() {}, error() {} };
const done = { kind: "done", value: "fine" } as const;
const away = () => new AppError("unavailable", "The database is not reachable.");

/** Returns work that returns or throws the given answers in order, and then repeats the last. */
function answering(...answers: readonly (Answer<string> | Error)[]) {
  const tries: number[] = [];
  return {
    tries,
    work: async (count: number): Promise<Answer<string>> => {
      const answer = answers[Math.min(tries.length, answers.length - 1)]!;
      tries.push(count);
      if (answer instanceof Error) throw answer;
      return answer;
    },
  };
}

test("retries a transient failure with increasing delays", async () => {
  const { tools, pauses } = memoryTools();
  const { work, tries } = answering(away(), away(), done);
  assert.deepEqual(await runWithRetries({ tools, log }, "work", work), done);
  assert.deepEqual(tries, [0, 1, 2]);
  assert.deepEqual(pauses, [5_000, 30_000]);
});

test("fails after five transient failures, with less than ten minutes of delay in total", async () => {
  for (const code of ["unavailable", "rate_limited", "forge_failed"] as const) {
    const { tools, pauses } = memoryTools();
    const { work, tries } = answering(new AppError(code, "GitHub's rate limit is spent until ten."));
    assert.deepEqual(await runWithRetries({ tools, log }, "work", work), {
      kind: "failed",
      sentence: "GitHub's rate limit is spent until ten.",
    });
    assert.equal(tries.length, 5);
    assert.ok(pauses.reduce((sum, ms) => sum + ms, 0) < 600_000);
  }
});

test("fails immediately on other errors, and hides internal messages", async () => {
  for (const [cause, sentence] of [
    [new AppError("forge_unauthorized", "Give it a new token."), "Give it a new token."],
    [new AppError("internal", "at /srv/x"), "Something went wrong on the server. See the server's log."],
    [new TypeError("x is undefined"), "Something went wrong on the server. See the server's log."],
  ] as const) {
    const { tools, pauses } = memoryTools();
    const { work, tries } = answering(cause);
    assert.deepEqual(await runWithRetries({ tools, log }, "work", work), { kind: "failed", sentence });
    assert.deepEqual([tries.length, pauses], [1, []]);
  }
});

test("repeats deferred work with a bounded delay and a bounded number of attempts", async () => {
  const { tools, pauses } = memoryTools();
  const { work } = answering(
    { kind: "later", afterMs: 30_000 },
    { kind: "later", afterMs: Number.MAX_SAFE_INTEGER },
    done,
  );
  assert.deepEqual(await runWithRetries({ tools, log }, "work", work), done);
  assert.deepEqual(pauses, [30_000, 600_000]);

  const forever = memoryTools();
  const stuck = answering({ kind: "later", afterMs: 1 });
  const ending = await runWithRetries({ tools: forever.tools, log }, "work", stuck.work);
  assert.equal(ending.kind, "failed");
  assert.equal(stuck.tries.length, 61);
});

test("does not count deferred work as a failure", async () => {
  const { tools, pauses } = memoryTools();
  const later = { kind: "later", afterMs: 1 } as const;
  const { work } = answering(later, away(), later, away(), later, away(), away(), done);
  assert.deepEqual(await runWithRetries({ tools, log }, "work", work), done);
  assert.deepEqual(pauses, [1, 5_000, 1, 30_000, 1, 120_000, 300_000]);
});

test("resumes a restarted job after its last recorded attempt", async () => {
  const first = memoryTools();
  const before = answering(away(), away(), done);
  await runWithRetries({ tools: first.tools, log }, "work", before.work);
  first.kept.delete("work, try 3");
  const again = memoryTools(first.kept);
  const after = answering(done);
  assert.deepEqual(await runWithRetries({ tools: again.tools, log }, "work", after.work), done);
  assert.deepEqual(after.tries, [2]);
});

test("does not record a failure when the job is aborted to continue elsewhere", async () => {
  const { tools, kept, abort } = memoryTools();
  const ending = runWithRetries({ tools, log }, "work", async () => {
    abort();
    throw away();
  });
  await assert.rejects(ending, /not reachable/);
  assert.equal(kept.size, 0);
});

test("retries a step that times out", async () => {
  const { tools, pauses } = memoryTools();
  let tries = 0;
  const ending = await runWithRetries({ tools, log }, "work", async () => {
    if (tries++ > 0) return done;
    const signal = withLimit(tools, 1);
    await whenAborted(signal);
    signal.throwIfAborted();
    return done;
  });
  assert.deepEqual([ending, pauses], [done, [5_000]]);
});
