import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { minuteMs } from "../core/base/index.ts";
import { interruptOf } from "../core/turns/index.ts";
import { TimeLimit } from "./time-limit.ts";

const start = Date.parse("2026-01-02T03:04:05Z");

/** Creates a limit of two hours. Timers and the clock advance separately, as they do if a machine sleeps. */
function limitOf(t: TestContext) {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  let nowMs = start;
  const limit = new TimeLimit({ now: () => new Date(nowMs) }, new Date(start + 120 * minuteMs));
  return {
    limit,
    pass: ({ awakeMs, asleepMs = 0 }: { readonly awakeMs: number; readonly asleepMs?: number }) => {
      nowMs += awakeMs + asleepMs;
      t.mock.timers.tick(awakeMs);
    },
  };
}

test("interrupts work at its limit", (t) => {
  const { limit, pass } = limitOf(t);
  for (let minute = 0; minute < 119; minute += 1) pass({ awakeMs: minuteMs });
  assert.equal(limit.signal.aborted, false, "control");
  for (let second = 0; second < 60; second += 1) pass({ awakeMs: 1_000 });
  assert.equal(interruptOf(limit.signal)?.kind, "limit");
});

test("interrupts work whose machine slept past the limit", (t) => {
  const { limit, pass } = limitOf(t);
  pass({ awakeMs: 10_000 });
  assert.equal(limit.signal.aborted, false, "control");
  pass({ awakeMs: 10_000, asleepMs: 180 * minuteMs });
  assert.equal(interruptOf(limit.signal)?.kind, "limit");
});

test("ends the limit with the work", (t) => {
  const { limit, pass } = limitOf(t);
  limit[Symbol.dispose]();
  pass({ awakeMs: 121 * minuteMs });
  assert.equal(limit.signal.aborted, false);
});
