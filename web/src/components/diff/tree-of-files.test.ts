import assert from "node:assert/strict";
import { test } from "node:test";
import type { DiffFile } from "./parse-patch.ts";
import { type FolderNode, treeOfFiles } from "./tree-of-files.ts";

const fileAt = (path: string): DiffFile => ({
  path,
  oldPath: path,
  kind: "modified",
  isBinary: false,
  modeChange: null,
  additions: 1,
  deletions: 0,
  hunks: [],
});

type Shape = { [name: string]: Shape | number };
function treeShape({ folders, files }: FolderNode): Shape {
  return Object.fromEntries([
    ...folders.map((folder) => [folder.name, treeShape(folder)]),
    ...files.map(({ name, index }) => [name, index]),
  ]);
}

test("groups files by folder, and merges folders that contain only one folder", () => {
  const tree = treeOfFiles(["a.ts", "src/deep/down/b.ts", "src/deep/c.ts", "lib/x/y/d.ts"].map(fileAt));
  assert.deepEqual(treeShape(tree), {
    "a.ts": 0,
    "src/deep": { down: { "b.ts": 1 }, "c.ts": 2 },
    "lib/x/y": { "d.ts": 3 },
  });
  assert.equal(tree.folders[0]!.folders[0]!.path, "src/deep/down");
});

test("omits files that do not match, and folders without matching files", () => {
  const files = ["a.ts", "src/b.ts", "lib/x/d.ts"].map(fileAt);
  assert.deepEqual(treeShape(treeOfFiles(files, ({ path }) => path.endsWith("d.ts"))), {
    "lib/x": { "d.ts": 2 },
  });
});

test("accepts file names that are names of object properties", () => {
  assert.deepEqual(treeShape(treeOfFiles([fileAt("constructor/toString.ts")])), {
    constructor: { "toString.ts": 0 },
  });
});
