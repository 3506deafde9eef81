import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { compareFolders, joinPaths, listFolder } from "./changes.ts";

test("detects new, changed, removed and replaced entries", (t) => {
  const root = makeFolder(t);
  mkdirSync(join(root, "dir/inner"), { recursive: true });
  for (const name of ["same", "changed", "gone", "mode", "dir/file", "kind"])
    writeFileSync(join(root, name), "1");
  symlinkSync("same", join(root, "link"));
  const before = listFolder(root);
  assert.deepEqual(compareFolders(before, listFolder(root)), { removed: [], changed: [] }, "control");
  writeFileSync(join(root, "changed"), "2");
  writeFileSync(join(root, "new"), "2");
  chmodSync(join(root, "mode"), 0o755);
  for (const name of ["gone", "link", "kind", "dir/inner"]) rmSync(join(root, name), { recursive: true });
  symlinkSync("changed", join(root, "link"));
  mkdirSync(join(root, "kind"));
  const { removed, changed } = compareFolders(before, listFolder(root));
  assert.deepEqual([...removed].sort(), ["dir/inner", "gone", "kind"]);
  assert.deepEqual([...changed].sort(), ["changed", "kind", "link", "mode", "new"]);
});

test("preserves a name byte for byte, and does not follow links", (t) => {
  const root = makeFolder(t);
  const name = Buffer.from([0x61, 0xff, 0x0a]);
  writeFileSync(Buffer.concat([Buffer.from(`${root}/`), name]), "");
  symlinkSync("/etc", join(root, "link"));
  const paths = [...listFolder(root).keys()].sort();
  assert.deepEqual(paths, [name.toString("latin1"), "link"]);
  assert.deepEqual(joinPaths([paths[0]!]), Buffer.concat([Buffer.from("./"), name, Buffer.alloc(1)]));
});

function makeFolder(t: TestContext): string {
  const root = mkdtempSync(join(tmpdir(), "tembo-changes-"));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  return root;
}
