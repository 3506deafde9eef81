import assert from "node:assert/strict";
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { joinPrograms, separatePrograms } from "./started-folder.ts";

test("a copy of a data folder shares only its programs, and keeps the modes of all folders", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "tembo-started-"));
  t.after(() => rm(folder, { recursive: true }));
  const [data, programs] = [join(folder, "data"), join(folder, "programs")];
  const shared = ["runtime/node-24.0.0/bin/node", "postgres/18.1/bin/postgres"];
  const own = ["runtime/claimed-ids", "runtime/perl-1/perl", "postgres/data/PG_VERSION", "master.key"];
  for (const path of [...shared, ...own]) {
    await mkdir(dirname(join(data, path)), { recursive: true });
    await writeFile(join(data, path), path);
  }
  const modes = { "": 0o711, runtime: 0o755, postgres: 0o700, "postgres/data": 0o700 };
  for (const [path, mode] of Object.entries(modes)) await chmod(join(data, path), mode);
  const linksBefore = (await stat(join(data, shared[0]!))).nlink;

  await mkdir(programs);
  await separatePrograms(data, programs);
  for (const name of ["one", "two"]) {
    const target = join(folder, name);
    await mkdir(target, { mode: 0o700 });
    await joinPrograms({ data, programs }, target);
    for (const path of [...shared, ...own]) assert.equal(await readFile(join(target, path), "utf8"), path);
    for (const [path, mode] of Object.entries(modes))
      assert.equal((await stat(join(target, path))).mode & 0o777, mode, path);
  }
  for (const path of shared)
    assert.equal((await stat(join(folder, "one", path))).nlink, linksBefore + 2, path);
  for (const path of own) assert.equal((await stat(join(folder, "one", path))).nlink, 1, path);
});
