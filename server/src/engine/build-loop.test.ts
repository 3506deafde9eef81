import assert from "node:assert/strict";
import { test } from "node:test";
import type { Ports } from "../core/ports.ts";
import { settlesWithin } from "../runtime/with-timeout.ts";
import { startBuildLoop } from "./build-loop.ts";
import { RunningWork } from "./running-work.ts";

test("claims builds although files of ended builds cannot be removed", async () => {
  const claimed = Promise.withResolvers<void>();
  let sweeps = 0;
  const ports = {
    clock: { now: () => new Date() },
    log: { info() {}, warn() {}, error() {} },
    settings: { dataDir: "/missing" },
    workspaceFiles: {
      list: async () => {
        sweeps += 1;
        throw new Error("The folder cannot be read.");
      },
    },
    store: {
      projectBuilds: {
        claim: async () => {
          claimed.resolve();
          return null;
        },
      },
    },
  } as unknown as Ports;
  const timer = startBuildLoop({ ports, workerId: "w", running: new RunningWork(), isBusy: () => false });
  try {
    assert.equal(await settlesWithin(claimed.promise, 5_000), true);
    assert.equal(sweeps, 1, "control");
  } finally {
    clearInterval(timer);
  }
});
