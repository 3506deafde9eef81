import assert from "node:assert/strict";
import { test } from "node:test";
import type { WorkspaceFiles } from "../../sessions/index.ts";
import type { TurnsPorts } from "../ports.ts";
import { WorkspaceBrowser } from "./workspace-browser.ts";

const page = { after: null, limit: 10 };

test("reads one folder of a session at a time, and rejects requests beyond the limit", async () => {
  const gate = Promise.withResolvers<void>();
  const started: string[] = [];
  const { browser } = aBrowser(async (root) => {
    started.push(root);
    await gate.promise;
    return { entries: [], isCut: false };
  });
  const waiting = Array.from({ length: 16 }, () => browser.list("one", "", page));
  const other = browser.list("two", "", page);
  await assert.rejects(browser.list("one", "", page), /16 requests already read files of this session/);
  assert.deepEqual(started, ["/data/sessions/one/workspace", "/data/sessions/two/workspace"]);
  gate.resolve();
  await Promise.all([...waiting, other]);
  assert.equal(started.length, 17);
  await browser.list("one", "", page);
});

test("releases the place of a request that fails", async () => {
  const { browser } = aBrowser(async () => {
    throw new Error("broken disk");
  });
  for (let round = 0; round < 20; round++) await assert.rejects(browser.list("one", "", page), /broken disk/);
});

function aBrowser(listFolder: WorkspaceFiles["listFolder"]) {
  const store = { savedWorkspaces: { find: async () => null } };
  const ports = { workspaceFiles: { listFolder }, settings: { dataDir: "/data" }, store };
  return { browser: new WorkspaceBrowser(ports as unknown as TurnsPorts) };
}
