import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { pack, unpack } from "./archive.ts";
import { leftOutOfFiles } from "./left-out.ts";

test("excludes the master key and its rotated copies, wherever the settings place the key", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "tembo-left-out-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const dataDir = join(folder, "data");
  const keys = ["master.key", "master.key.old", "keys/own [1]*.key", "keys/own [1]*.key.old"];
  const kept = ["attachments/a", "keys/other.key", "keys/own 1.key", "master", ".rest/a"];
  for (const path of [
    ...keys,
    ...kept,
    "run/s",
    "layers/store/x",
    "copies/x/workspace/a",
    "sessions/1.copy/workspace/a",
    ".r17/d/a",
    "restore.tmp.17.x/data/a",
    "going-back.tmp.17.x/a",
    "sessions/1/sandbox/s",
    "sessions/1/files/a",
  ]) {
    mkdirSync(dirname(join(dataDir, path)), { recursive: true });
    writeFileSync(join(dataDir, path), "x");
  }
  const filesOf = async (name: string, without: readonly string[]) => {
    const [file, to] = [join(folder, `${name}.tar.zst`), join(folder, name)];
    mkdirSync(to);
    await pack({ folder: dataDir, without }, file);
    await unpack(file, to);
    const entries = readdirSync(to, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name).slice(to.length + 1));
  };
  const files = await filesOf("packed", leftOutOfFiles(dataDir, join(dataDir, "keys/own [1]*.key")));
  assert.deepEqual(files.toSorted(), [...kept, "sessions/1/files/a"].toSorted());
  const outside = await filesOf("outside", leftOutOfFiles(dataDir, "/etc/tembo/own.key"));
  assert.deepEqual(
    outside.filter((path) => path.includes("own [1]")).toSorted(),
    keys.slice(2).toSorted(),
    "control: packs these files if the settings name another key file",
  );
});
