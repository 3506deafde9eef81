import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import {
  architectureFile,
  findMutualFolders,
  findUpwardImports,
  readCoreImports,
  withModuleTable,
} from "./core-modules.ts";

const root = join(import.meta.dirname, "..");

test("no import between core modules points upward, and no two folders of a module import each other", () => {
  const { files, imports } = readCoreImports(root);
  assert.ok(files.length > 400 && imports.length > 1_000, "control: imports were found");
  assert.deepEqual(findUpwardImports(imports), []);
  assert.deepEqual(findMutualFolders(imports), []);
});

test("reports an upward import, and two folders that import each other", () => {
  const upward = { from: "base/clock.ts", to: "sessions/index.ts" };
  assert.deepEqual(findUpwardImports([upward, { from: "sessions/a.ts", to: "base/index.ts" }]), [upward]);
  assert.deepEqual(
    findMutualFolders([
      { from: "sessions/turn/turn.ts", to: "sessions/message/message.ts" },
      { from: "sessions/message/deep/store.ts", to: "sessions/turn/turn.ts" },
      { from: "sessions/message/message.ts", to: "sessions/event/event.ts" },
    ]),
    ["sessions/message <-> sessions/turn"],
  );
});

test("rejects a document that has no place for the table", () => {
  assert.throws(() => withModuleTable("# Nothing", root), /no "<!-- The table is written/);
});

test("the architecture page has two diagrams, and at most 120 lines of at most 120 characters", () => {
  const lines = readFileSync(architectureFile, "utf8").trimEnd().split("\n");
  assert.ok(lines.length <= 120, `${lines.length} lines`);
  assert.deepEqual(
    lines.filter((line) => line.length > 120),
    [],
  );
  assert.equal(lines.filter((line) => line === "```mermaid").length, 2);
});
