import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import {
  addMigrations,
  extractVersion,
  firstVersion,
  migrationsAt,
  migrationsFolder,
  newestRelease,
  previousVersion,
} from "./previous-version.ts";

function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "tembo-previous-"));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

function git(root: string, ...args: string[]): string {
  const identity = ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgSign=false"];
  const { status, stdout, stderr } = spawnSync("git", [...identity, ...args], {
    cwd: root,
    encoding: "utf8",
  });
  assert.equal(status, 0, stderr);
  return stdout.trim();
}

/** Writes a migration, and returns the commit with it. */
function commitMigration(root: string, name: string): string {
  mkdirSync(join(root, migrationsFolder), { recursive: true });
  writeFileSync(join(root, migrationsFolder, name), `-- ${name}\n`);
  git(root, "add", ".");
  git(root, "commit", "--quiet", "--message", name);
  return git(root, "rev-parse", "HEAD");
}

/** Creates a repository with two migrations, each in its own commit, and a later commit without one. */
function repository(t: TestContext) {
  const root = folderOf(t);
  git(root, "init", "--quiet");
  writeFileSync(join(root, "package-lock.json"), "{}");
  const first = commitMigration(root, "0001-one.sql");
  const second = commitMigration(root, "0002-two.sql");
  git(root, "commit", "--quiet", "--allow-empty", "--message", "more");
  return { root, first, second };
}

test("chooses the commit before the newest migration", async (t) => {
  const { root, first } = repository(t);
  assert.equal(newestRelease(root), null);
  assert.equal(await previousVersion(root), first);
  writeFileSync(join(root, migrationsFolder, "0003-three.sql"), "");
  assert.equal(await previousVersion(root), "HEAD", "the migration is not committed");
});

test("chooses the newest release, except that of the current commit", async (t) => {
  const { root, first, second } = repository(t);
  git(root, "tag", "v0.9.0", first);
  git(root, "tag", "v0.10.0", second);
  git(root, "tag", "v0.11.0");
  assert.equal(await previousVersion(root), "v0.10.0");
  assert.deepEqual(migrationsAt(root, "v0.9.0"), ["0001-one.sql"]);
});

test("chooses the commit that added the packages of a release as the first version, unless it has a tag", (t) => {
  const { root, second } = repository(t);
  assert.throws(() => firstVersion(root), /does not contain version 0.1.0/);
  mkdirSync(join(root, "scripts/release"), { recursive: true });
  const packs: string[] = [];
  for (const text of ["// one", "// two"]) {
    writeFileSync(join(root, "scripts/release/pack.ts"), text);
    git(root, "add", ".");
    git(root, "commit", "--quiet", "--message", text);
    packs.push(git(root, "rev-parse", "HEAD"));
  }
  assert.equal(firstVersion(root), packs[0]);
  const shallow = folderOf(t);
  git(shallow, "clone", "--quiet", "--depth", "1", `file://${root}`, ".");
  assert.throws(() => firstVersion(shallow), /git fetch --unshallow --tags/);
  git(root, "tag", "v0.1.0", second);
  assert.equal(firstVersion(root), "v0.1.0");
});

test("reports a clone without the history of the previous version", async (t) => {
  const { root } = repository(t);
  const shallow = folderOf(t);
  git(shallow, "clone", "--quiet", "--depth", "1", `file://${root}`, ".");
  await assert.rejects(previousVersion(shallow), /git fetch --unshallow --tags/);
});

test("extracts a version, and adds only the newer migrations to it", async (t) => {
  const { root, first } = repository(t);
  const source = join(root, migrationsFolder);
  mkdirSync(join(root, "node_modules"));
  writeFileSync(join(root, "node_modules/a.js"), "a");
  const folder = folderOf(t);
  await extractVersion(root, first, folder);
  assert.equal(readFileSync(join(folder, "node_modules/a.js"), "utf8"), "a");
  assert.deepEqual(await addMigrations(source, folder), ["0002-two.sql"]);
  assert.equal(readFileSync(join(folder, migrationsFolder, "0002-two.sql"), "utf8"), "-- 0002-two.sql\n");
  writeFileSync(join(source, "0001-one.sql"), "-- changed\n");
  await assert.rejects(addMigrations(source, folder), /0001-one.sql differs from the previous version/);
  await assert.rejects(extractVersion(root, "missing", folderOf(t)), /files of missing/);
});
