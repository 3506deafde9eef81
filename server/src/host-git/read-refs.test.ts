import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { readRefFiles } from "./read-refs.ts";

const env = {
  PATH: process.env.PATH,
  HOME: "/nonexistent",
  GIT_CONFIG_NOSYSTEM: "1",
  ...{ GIT_AUTHOR_NAME: "Ada", GIT_AUTHOR_EMAIL: "ada@example.com" },
  ...{ GIT_COMMITTER_NAME: "Ada", GIT_COMMITTER_EMAIL: "ada@example.com" },
};

function makeRepository(t: TestContext, ...options: string[]) {
  const root = mkdtempSync(join(tmpdir(), "tembo-refs-"));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  const gitDir = join(root, "app.git");
  const git = (...args: string[]) =>
    execFileSync("git", [`--git-dir=${gitDir}`, ...args], { cwd: root, env, encoding: "utf8" }).trimEnd();
  git("init", "--quiet", "--bare", ...options);
  const tree = git("hash-object", "-t", "tree", "-w", "/dev/null");
  const commit = (message: string) => git("commit-tree", "-m", message, tree);
  return { root, gitDir, git, commit };
}

/** Returns the refs as git itself lists them. */
const listedBy = (git: (...args: string[]) => string, names: readonly string[]) =>
  git("for-each-ref", "--format=%(refname) %(objectname)", ...names)
    .split("\n")
    .filter(Boolean)
    .map((line) => line.split(" "));

test("reads loose and packed refs in git's order, and prefers the loose one", (t) => {
  const { gitDir, git, commit } = makeRepository(t);
  const [one, two] = [commit("one"), commit("two")];
  for (const name of ["main", "zebra", "a/b/c", "\u00f1", "\u{1F600}", "\uFF21"])
    git("update-ref", `refs/heads/${name}`, one);
  git("tag", "--annotate", "--message=First", "v1", one);
  git("pack-refs", "--all");
  git("update-ref", "refs/heads/main", two);
  git("update-ref", "refs/heads/main-2", two);
  for (const names of [
    ["refs/heads", "refs/tags"],
    ["refs/heads/main"],
    ["refs/heads/a", "refs/none"],
    ["refs"],
  ])
    assert.deepEqual([...readRefFiles(gitDir, names)!], listedBy(git, names), names.join(" "));
});

test("ignores the lock of an update, and a deleted ref whose folder remains", (t) => {
  const { gitDir, git, commit } = makeRepository(t);
  git("update-ref", "refs/heads/main", commit("one"));
  writeFileSync(join(gitDir, "refs/heads/main.lock"), "");
  mkdirSync(join(gitDir, "refs/heads/gone"));
  assert.deepEqual([...readRefFiles(gitDir, ["refs/heads"])!], listedBy(git, ["refs/heads"]));
});

test("reads nothing outside the repository's refs", (t) => {
  const { root, gitDir, git, commit } = makeRepository(t);
  const sha = commit("one");
  git("update-ref", "refs/heads/main", sha);
  writeFileSync(join(root, "elsewhere"), `${sha}\n`);
  for (const name of ["refs/../../elsewhere", "../elsewhere", "HEAD", "refs/heads/*", "refs/heads/", ""])
    assert.equal(readRefFiles(gitDir, [name]), null, name);
  mkdirSync(join(root, "others"));
  renameSync(join(root, "elsewhere"), join(root, "others/elsewhere"));
  symlinkSync(join(root, "others/elsewhere"), join(gitDir, "refs/heads/link"));
  assert.equal(readRefFiles(gitDir, ["refs/heads"]), null);
  rmSync(join(gitDir, "refs/heads/link"));
  symlinkSync(join(root, "others"), join(gitDir, "refs/heads/folder"));
  assert.equal(readRefFiles(gitDir, ["refs/heads"]), null);
  rmSync(join(gitDir, "refs/heads/folder"));
  assert.deepEqual([...readRefFiles(gitDir, ["refs/heads"])!], [["refs/heads/main", sha]]);
});

test("leaves refs to git that it cannot read", async (t) => {
  const { gitDir, git, commit } = makeRepository(t);
  const sha = commit("one");
  git("update-ref", "refs/heads/main", sha);
  assert.notEqual(readRefFiles(gitDir, ["refs/heads"]), null);
  await t.test("a symbolic ref", () => {
    git("symbolic-ref", "refs/heads/alias", "refs/heads/main");
    assert.equal(readRefFiles(gitDir, ["refs/heads"]), null);
    git("symbolic-ref", "--delete", "refs/heads/alias");
  });
  await t.test("a broken ref", () => {
    writeFileSync(join(gitDir, "refs/heads/broken"), "none\n");
    assert.equal(readRefFiles(gitDir, ["refs/heads"]), null);
    rmSync(join(gitDir, "refs/heads/broken"));
  });
  await t.test("a ref whose name is not UTF-8", () => {
    const path = Buffer.concat([Buffer.from(join(gitDir, "refs/heads/caf")), Buffer.from([0xe9])]);
    writeFileSync(path, `${sha}\n`);
    assert.equal(listedBy(git, ["refs/heads"]).length, 2, "control");
    assert.equal(readRefFiles(gitDir, ["refs/heads"]), null);
    rmSync(path);
  });
  await t.test("more loose refs than the limit", () => {
    for (let count = 1; count <= 99; count++) writeFileSync(join(gitDir, `refs/heads/b${count}`), `${sha}\n`);
    assert.equal(readRefFiles(gitDir, ["refs/heads"])?.size, 100);
    writeFileSync(join(gitDir, "refs/heads/b100"), `${sha}\n`);
    assert.equal(readRefFiles(gitDir, ["refs/heads"]), null);
    git("pack-refs", "--all");
    assert.equal(readRefFiles(gitDir, ["refs/heads"])?.size, 101);
  });
  await t.test("packed refs larger than the limit", () => {
    const line = `${sha} refs/tags/${"x".repeat(200)}\n`;
    writeFileSync(join(gitDir, "packed-refs"), line.repeat(1_200));
    assert.equal(readRefFiles(gitDir, ["refs/heads"]), null);
  });
  await t.test("a missing repository", () => {
    assert.equal(readRefFiles(join(gitDir, "none"), ["refs/heads"]), null);
  });
});

test("leaves a repository with another ref storage to git", (t) => {
  const { gitDir } = makeRepository(t);
  assert.notEqual(readRefFiles(gitDir, ["refs/heads"]), null);
  mkdirSync(join(gitDir, "reftable"));
  assert.equal(readRefFiles(gitDir, ["refs/heads"]), null);
});
