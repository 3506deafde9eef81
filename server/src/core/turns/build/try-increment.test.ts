import assert from "node:assert/strict";
import { test } from "node:test";
import { rejectOnAbort } from "../../../runtime/on-abort.ts";
import { AppError } from "../../base/index.ts";
import type { BuildContext } from "./build-context.ts";
import { tryIncrement } from "./try-increment.ts";

const never = new AbortController().signal;
const builtAt = new Date(0);
const forever = (signal: AbortSignal) => rejectOnAbort(new Promise<never>(() => {}), signal);

/** Tries an incremental build, and returns the result with the build's log. */
async function attempt<T>(
  make: (signal: AbortSignal) => Promise<T>,
  { limitMs = 60_000, signal = never } = {},
) {
  let log = "";
  const context = {
    build: { id: "build" },
    output: {
      add: async (text: string) => {
        log += text;
      },
    },
    ports: { log: { info() {}, warn() {}, error() {} } },
  } as unknown as BuildContext;
  const tried = await tryIncrement(context, { builtAt, limitMs }, make, signal);
  return { tried, log };
}

test("returns the result of an incremental build", async () => {
  const { tried, log } = await attempt(async () => 7);
  assert.deepEqual(tried, { kind: "made", result: 7 });
  assert.doesNotMatch(log, /again/);
});

test("ends an incremental build that takes too long, so that a whole build follows", {
  timeout: 10_000,
}, async () => {
  // The timer of a signal does not keep the process running.
  const timer = setTimeout(() => {}, 10_000);
  try {
    const { tried, log } = await attempt(forever, { limitMs: 20 });
    assert.deepEqual(tried, { kind: "failed", canRepeat: false });
    assert.match(log, /failed\. It took longer than .* minutes\.\]\n\[Building everything again\.\]/);
  } finally {
    clearTimeout(timer);
  }
});

const throwing = (cause: Error) =>
  attempt(async () => {
    throw cause;
  });

test("makes the next refresh whole after a failure, unless a layer of the environment was damaged", async () => {
  for (const cause of [
    new AppError("invalid_input", "The setup script failed on line 2."),
    new AppError("limit_reached", "The sandbox reached its limit of 1 GB disk space."),
    new Error("The disk is gone."),
  ])
    assert.deepEqual((await throwing(cause)).tried, { kind: "failed", canRepeat: false }, cause.message);
  const damaged = await throwing(new AppError("layer_broken", "A layer is damaged."));
  assert.deepEqual(damaged.tried, { kind: "failed", canRepeat: true });
});

test("writes the reason to the build's log, but no details of an unexpected failure", async () => {
  const rejected = await throwing(new AppError("invalid_input", "The setup script failed on line 2."));
  assert.match(rejected.log, /failed\. The setup script failed on line 2\.\]/);
  const broken = await throwing(new Error("The disk is gone."));
  assert.match(broken.log, /failed\.\]\n\[Building everything again\.\]/);
});

test("repeats nothing for a build that was stopped or that another worker has taken over", async () => {
  const stopped = AbortSignal.abort(new Error("Stop."));
  await assert.rejects(attempt(forever, { signal: stopped }), { message: "Stop." });
  const fenced = attempt(async () => {
    throw new AppError("fenced", "Another worker has taken it over.");
  });
  await assert.rejects(fenced, { code: "fenced" });
});
