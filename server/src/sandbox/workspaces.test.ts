import assert from "node:assert/strict";
import { lstatSync } from "node:fs";
import { test } from "node:test";
import type { SandboxSystem } from "../core/turns/index.ts";
import { foldersOf, makeDataDir, ownerOf, specOf, testUidBase } from "./testing/run-in-sandbox.ts";
import { createWorkspaces } from "./workspaces.ts";

const layers = { firstId: 500_000 };
const { workspace } = specOf();

test("creates folders that only the session's user can read", async (t) => {
  const dataDir = await makeDataDir(t);
  await createWorkspaces({ dataDir, uidBase: testUidBase, layers }).prepare(workspace);
  const { workspacePath, homePath } = foldersOf(dataDir);
  const { uid } = ownerOf("bubblewrap");
  for (const path of [workspacePath, homePath]) {
    assert.equal(lstatSync(path).uid, uid);
    assert.equal(lstatSync(path).mode & 0o777, 0o700);
  }
});

test("lists what programs wrote, with the changes of profile root and the host IDs of each folder", async (t) => {
  const dataDir = await makeDataDir(t);
  const workspaces = createWorkspaces({ dataDir, uidBase: testUidBase, layers });
  const system = (profile: SandboxSystem["profile"]) =>
    ({ layers: [`sha256:${"a".repeat(64)}`], profile, env: {} }) as const;
  const list = (chosen: SandboxSystem | null) =>
    workspaces.listWritten(workspace, chosen).map(({ path, owner }) => [path, owner]);
  const { uid } = ownerOf("bubblewrap");
  const own = { firstId: uid, count: 1 };
  for (const chosen of [null, system("user")])
    assert.deepEqual(list(chosen), [
      ["/workspace", own],
      ["/home/tembo", own],
    ]);
  const asRoot = { firstId: 500_000, count: 65_536, rootId: uid };
  assert.deepEqual(list(system("root")), [
    ["/", undefined],
    ["/workspace", asRoot],
    ["/home/tembo", asRoot],
  ]);
});
