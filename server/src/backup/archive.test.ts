import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { join as joinFiles, pack, unpack } from "./archive.ts";

const bytes = 64 * 1024 ** 2;

test("restores a sparse file without filling its holes", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "tembo-archive-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const [from, to] = [join(folder, "from"), join(folder, "to")];
  for (const path of [from, to]) mkdirSync(path);
  writeFileSync(join(from, "holes"), "begin");
  truncateSync(join(from, "holes"), bytes);
  writeFileSync(join(from, "whole"), Buffer.alloc(bytes / 8, "x"));
  const file = join(folder, "packed.tar.zst");
  await pack({ folder: from }, file);
  await unpack(file, to);
  const [holes, whole] = [statSync(join(to, "holes")), statSync(join(to, "whole"))];
  assert.equal(holes.size, bytes);
  assert.ok(holes.blocks * 512 < 1024 ** 2, `${holes.blocks} blocks`);
  assert.equal(whole.size, bytes / 8);
  assert.ok(whole.blocks * 512 >= bytes / 8, "control");
});

test("reports that tar is missing", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "tembo-archive-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const { PATH } = process.env;
  t.after(() => {
    process.env.PATH = PATH;
  });
  const file = join(folder, "packed");
  process.env.PATH = "/missing";
  const expected = { code: "unavailable", message: /^tar could not be started: .*ENOENT. Install tar[.]$/ };
  await assert.rejects(pack({ folder }, file), expected);
  await assert.rejects(unpack(file, folder), expected);
  await assert.rejects(joinFiles(folder, ["packed"], join(folder, "joined")), expected);
});
