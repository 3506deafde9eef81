import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openScene, type Scene } from "../../../../testing/scene.ts";
import { newId } from "../../../base/index.ts";
import { installHarness, provisionTurn } from "./provision-turn.ts";

const never = new AbortController().signal;
const machineId = newId();
let scene: Scene;
let stops: string[];
let progress: readonly string[] = [];

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
    harnesses: {
      install: async (_name: string, onProgress: (line: string) => void) => {
        for (const line of progress) onProgress(line);
        return { readOnlyPaths: [] };
      },
    },
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

test("reports the progress of an installation as notices of one activity", async () => {
  progress = ["Harness: downloading, 2 s", "Harness: downloaded, 3 s"];
  const context = await scene.working();
  await installHarness(context, never);
  const events = await scene.eventsOf(context.session.id);
  assert.deepEqual(
    events.map(({ data }) => data).filter(({ type }) => type === "notice"),
    progress.map((message) => ({ type: "notice", activity: "install", message })),
  );
});
