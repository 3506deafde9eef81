import assert from "node:assert/strict";
import { test } from "node:test";
import { closeWarmSandbox, type WarmSandbox } from "./warm-sandbox.ts";

test("records that services stop before it stops the sandbox, even if the harness cannot be closed", async () => {
  const calls: string[] = [];
  const warm = {
    sandbox: { resume: async () => {}, stop: async () => void calls.push("stop") },
    conversation: { conversation: { close: () => Promise.reject(new Error("The harness hangs.")) } },
    services: {
      end: async () => void calls.push("end"),
      recordStop: async () => void calls.push("recordStop"),
    },
  } as unknown as WarmSandbox;
  await assert.rejects(closeWarmSandbox(warm), /hangs/);
  assert.deepEqual(calls, ["recordStop", "stop"]);
});
