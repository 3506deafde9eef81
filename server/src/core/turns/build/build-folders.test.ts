import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { workspaceFiles } from "../../../sandbox/workspace-files.ts";
import { newId, paths } from "../../base/index.ts";
import type { TurnsPorts } from "../ports.ts";
import { removeAttempt, removeAttempts, removeEndedBuilds } from "./build-folders.ts";

function makeFolders(t: { after(work: () => void): void }, stuck: readonly string[] = []) {
  const dataDir = mkdtempSync(join(tmpdir(), "tembo-build-"));
  t.after(() => rmSync(dataDir, { recursive: true }));
  const [ended, running] = [newId(), newId()];
  const cleared: string[] = [];
  const warnings: object[] = [];
  const ports = {
    settings: { dataDir },
    workspaceFiles,
    log: { warn: (fields: object) => void warnings.push(fields) },
    sandboxes: {
      clear: async (id: string) => {
        if (stuck.some((end) => id.endsWith(end))) throw new Error("A program does not end.");
        cleared.push(id);
      },
    },
    store: {
      projectBuilds: {
        findActive: async (ids: readonly string[]) => ids.filter((id) => id === running),
      },
    },
  } as unknown as TurnsPorts;
  const add = (name: string) => mkdirSync(paths.home(dataDir, name), { recursive: true });
  for (const name of [`${ended}.2`, `${running}.1`, `${running}.2`]) add(name);
  const exists = (name: string) => existsSync(paths.home(dataDir, name));
  const left = () => readdirSync(paths.sessions(dataDir)).sort();
  return { ports, ended, running, cleared, warnings, add, exists, left };
}

test("removes what an ended build left, and ends its programs", async (t) => {
  const { ports, ended, running, cleared, add, left } = makeFolders(t);
  const others = [newId(), `${newId()}.env`, `${newId()}.removed`];
  for (const name of others) add(name);
  await removeEndedBuilds(ports);
  assert.deepEqual(left(), [...others, `${running}.1`, `${running}.2`].sort());
  assert.deepEqual(cleared, [`${ended}.2`]);
});

test("continues a removal that a killed worker began", async (t) => {
  const { ports, ended, running, add, exists, left } = makeFolders(t);
  for (const name of [`${ended}.3.removed`, `${running}.3.removed`]) add(name);
  await removeEndedBuilds(ports);
  assert.equal(exists(`${ended}.3.removed`), false);
  assert.equal(exists(`${running}.3.removed`), true, "control");
  await removeAttempts(ports, { buildId: running, attempt: 4 });
  assert.deepEqual(left(), []);
});

test("removes the other builds' files if a program of one does not end", async (t) => {
  const { ports, ended, warnings, add, exists } = makeFolders(t, [".2"]);
  const other = newId();
  add(`${other}.1`);
  await removeEndedBuilds(ports);
  assert.deepEqual([exists(`${ended}.2`), exists(`${other}.1`)], [true, false]);
  assert.equal(warnings.length, 1);
});

test("removes only the folder of an attempt that ends, and earlier ones when another begins", async (t) => {
  const { ports, running, exists } = makeFolders(t);
  await removeAttempt(ports, { buildId: running, attempt: 1 });
  assert.deepEqual([exists(`${running}.1`), exists(`${running}.2`)], [false, true]);
  await removeAttempts(ports, { buildId: running, attempt: 3 });
  assert.equal(exists(`${running}.2`), false);
});
