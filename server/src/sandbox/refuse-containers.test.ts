import assert from "node:assert/strict";
import { test } from "node:test";
import type { Sandbox, SandboxProvider, SandboxSpec } from "../core/turns/index.ts";
import { refuseContainers } from "./refuse-containers.ts";
import { specOf } from "./testing/run-in-sandbox.ts";

const opened = {} as Sandbox;
const provider: SandboxProvider = {
  name: "any",
  check: async () => {},
  create: async () => opened,
  clear: async () => {},
};
const system = { layers: [`sha256:${"0".repeat(64)}`], profile: "root", env: {} } as const;
const withSystem = (change: object): SandboxSpec => ({ ...specOf(), system: { ...system, ...change } });

test("opens no sandbox whose programs can run containers, and every other one", async () => {
  const refusing = refuseContainers(provider);
  const wish = withSystem({ allowsContainers: true });
  await assert.rejects(refusing.create(wish), {
    code: "sandbox_unavailable",
    message: /TEMBO_CONTAINERS=refused.*"containers" to false/,
  });
  assert.equal(await provider.create(wish), opened, "control");
  for (const spec of [specOf(), withSystem({}), withSystem({ allowsContainers: false })])
    assert.equal(await refusing.create(spec), opened);
  assert.equal(await refusing.create({ ...specOf(), system: { profile: "builder" } }), opened);
  assert.equal(refusing.movesWorkspaces, false);
  assert.equal(refuseContainers({ ...provider, movesWorkspaces: true }).movesWorkspaces, true);
});
