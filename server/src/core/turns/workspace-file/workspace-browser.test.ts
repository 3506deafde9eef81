import assert from "node:assert/strict";
import { test } from "node:test";
import { stubWarmSandboxes } from "../../../testing/stub-warm-sandboxes.ts";
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
  await assert.rejects(
    browser.list("one", "", page),
    /16 requests are already reading files of this session/,
  );
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

test("lists folders while a save is stopped, and rejects saves after one that waits", async () => {
  const gate = Promise.withResolvers<object | null>();
  const list: WorkspaceFiles["listFolder"] = async () => ({ entries: [], isCut: false });
  const { browser } = aBrowser(list, () => gate.promise);
  const one = { organizationId: "o", sessionId: "one", userId: "u", path: "a", content: "", sha256: "" };
  const first = browser.save(one);
  const ends = Promise.allSettled([first, browser.save(one)]);
  await assert.rejects(browser.save(one), /2 requests are already saving files of this session/);
  assert.deepEqual((await browser.list("one", "", page)).entries, []);
  const other = browser.save({ ...one, sessionId: "two" });
  gate.resolve({});
  for (const end of [...(await ends), ...(await Promise.allSettled([other]))])
    assert.match(String(end.status === "rejected" && end.reason), /sandbox is not ready/);
  await assert.rejects(browser.save(one), /sandbox is not ready/, "releases its place");
});

/** `findSandbox` looks for the sandbox in other processes, which ends a save. */
function aBrowser(listFolder: WorkspaceFiles["listFolder"], findSandbox?: () => Promise<object | null>) {
  const store = {
    savedWorkspaces: { find: async () => null },
    warmSandboxRecords: { find: findSandbox },
  };
  const warmSandboxes = stubWarmSandboxes(null);
  const ports = { workspaceFiles: { listFolder }, settings: { dataDir: "/data" }, store, warmSandboxes };
  return { browser: new WorkspaceBrowser(ports as unknown as TurnsPorts) };
}
