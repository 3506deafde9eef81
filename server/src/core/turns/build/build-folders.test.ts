import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { workspaceFiles } from "../../../sandbox/workspace-files.ts";
import { paths } from "../../base/index.ts";
import type { TurnsPorts } from "../ports.ts";
import { removeAttempt, removeAttempts, removeEndedBuilds } from "./build-folders.ts";

function makeFolders(t: { after(work: () => void): void }) {
  const dataDir = mkdtempSync(join(tmpdir(), "tembo-build-"));
  t.after(() => rmSync(dataDir, { recursive: true }));
  const cleared: string[] = [];
  const ports = {
    settings: { dataDir },
    workspaceFiles,
    sandboxes: { clear: async (id: string) => void cleared.push(id) },
    store: { projectBuilds: { endedSince: async () => [{ buildId: "ended", attempt: 3 }] } },
  } as unknown as TurnsPorts;
  const folderOf = (buildId: string, attempt: number) =>
    paths.home(dataDir, paths.building({ buildId, attempt }));
  for (const [buildId, attempt] of [
    ["ended", 2],
    ["running", 1],
    ["running", 2],
  ] as const)
    mkdirSync(folderOf(buildId, attempt), { recursive: true });
  return { ports, cleared, exists: (id: string, attempt: number) => existsSync(folderOf(id, attempt)) };
}

test("removes what an ended build left, and ends its programs", async (t) => {
  const { ports, cleared, exists } = makeFolders(t);
  await removeEndedBuilds(ports, new Date(0));
  assert.equal(exists("ended", 2), false);
  assert.deepEqual(cleared, ["ended.2"]);
  assert.equal(exists("running", 1), true, "control");
});

test("removes only the folder of an attempt that ends, and earlier ones when another begins", async (t) => {
  const { ports, exists } = makeFolders(t);
  await removeAttempt(ports, { buildId: "running", attempt: 1 });
  assert.deepEqual([exists("running", 1), exists("running", 2)], [false, true]);
  await removeAttempts(ports, { buildId: "running", attempt: 3 });
  assert.equal(exists("running", 2), false);
});
