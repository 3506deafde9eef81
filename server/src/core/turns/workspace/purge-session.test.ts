import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { workspaceFiles } from "../../../sandbox/workspace-files.ts";
import { openTestStore, type TestStore } from "../../../testing/test-store.ts";
import { paths } from "../../base/index.ts";
import type { Ports } from "../../ports.ts";
import { purgeSession } from "./purge-session.ts";

let t: TestStore;
const dataDir = mkdtempSync(join(tmpdir(), "tembo-purge-"));
before(async () => {
  t = await openTestStore();
});
after(async () => {
  rmSync(dataDir, { recursive: true });
  await t.drop();
});

test("removes a session's folders, and those of a restore that a killed worker left", async () => {
  const { id } = await t.addSession();
  const cleared: string[] = [];
  const ports = {
    store: t.store,
    clock: t.clock,
    workspaceFiles,
    preparations: { abandon: async () => {} },
    warmSandboxes: { claim: async () => false },
    sandboxes: { clear: async (sessionId: string) => void cleared.push(sessionId) },
    blobs: { remove: async () => {} },
    settings: { dataDir },
  } as unknown as Ports;
  for (const folder of [id, paths.restoring(id), "other"])
    mkdirSync(paths.workspace(dataDir, folder), { recursive: true });
  assert.equal(await purgeSession(ports, id, new AbortController().signal), true);
  assert.deepEqual(readdirSync(join(dataDir, "sessions")), ["other"]);
  assert.deepEqual(cleared, [paths.restoring(id)]);
});
