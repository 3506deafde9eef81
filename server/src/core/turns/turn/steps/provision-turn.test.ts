import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openScene, type Scene } from "../../../../testing/scene.ts";
import { newId } from "../../../base/index.ts";
import { provisionTurn } from "./provision-turn.ts";

const never = new AbortController().signal;
const machineId = newId();
let scene: Scene;
let stops: string[];

before(async () => {
  scene = await openScene({
    warmSandboxes: {
      claim: async () => true,
      stop: async (_sessionId: string, reason: string) => void stops.push(reason),
    },
    workspaceFiles: { isFolder: async () => true },
    sandboxes: {
      clear: async () => {
        throw new Error("A new sandbox is prepared.");
      },
    },
    harnesses: { install: async () => ({ readOnlyPaths: [] }) },
    settings: { machineId },
  });
});
after(() => scene.drop());

test("uses a warm sandbox only if another machine has no newer files", async () => {
  for (const [holder, expected] of [
    [machineId, []],
    [newId(), ["Another machine has newer files.", "Its workspace is incomplete."]],
  ] as const) {
    stops = [];
    const context = await scene.working();
    await scene.t.store.savedWorkspaces.setMachine(context.lease, holder);
    const provisioned = provisionTurn(context, never);
    if (expected.length === 0) assert.deepEqual(await provisioned, { heads: {}, isNew: false });
    else await assert.rejects(provisioned, /A new sandbox is prepared/);
    assert.deepEqual(stops, expected);
  }
});
