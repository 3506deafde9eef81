import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { programStarts, stopHostGit } from "../../host-git/host-git.ts";
import { readChanges } from "./git/changes.ts";
import { countCommits } from "./git/commits.ts";
import { conflictsBetween, isAncestor, mergeBase } from "./git/plumbing.ts";
import { objectGit, repositoryGit } from "./repository-git.ts";

const env = {
  PATH: process.env.PATH,
  ...{ GIT_AUTHOR_NAME: "Ada", GIT_AUTHOR_EMAIL: "a@b.c" },
  ...{ GIT_COMMITTER_NAME: "Ada", GIT_COMMITTER_EMAIL: "a@b.c" },
};

function makeRepository(t: TestContext) {
  const root = mkdtempSync(join(tmpdir(), "tembo-forge-git-"));
  t.after(async () => {
    await stopHostGit();
    rmSync(root, { recursive: true, force: true });
  });
  const gitDir = join(root, "app.git");
  const git = (args: readonly string[], input = "") =>
    execFileSync("git", ["--git-dir", gitDir, ...args], { env, input, encoding: "utf8" }).trimEnd();
  const commit = (files: Readonly<Record<string, string>>, ...parents: string[]) => {
    const lines = Object.entries(files).map(
      ([name, text]) => `100644 blob ${git(["hash-object", "-w", "--stdin"], text)}\t${name}\0`,
    );
    const tree = git(["mktree", "-z"], lines.join(""));
    return git(["commit-tree", "-m", "Change", ...parents.flatMap((parent) => ["-p", parent]), tree]);
  };
  git(["init", "--quiet", "--bare"]);
  return { root, gitDir, git, commit };
}

/** Returns the verbs of the git commands that the work starts. */
async function startsOf(work: () => Promise<unknown>): Promise<readonly string[]> {
  const verbs: string[] = [];
  const add = (launch: unknown) => void verbs.push((launch as { argv: string[] }).argv[3]!);
  programStarts.subscribe(add);
  try {
    await work();
  } finally {
    programStarts.unsubscribe(add);
  }
  return verbs;
}

test("starts git once for the same question about objects", async (t) => {
  const { gitDir, commit } = makeRepository(t);
  const one = commit({ a: "1\n" });
  const [left, right] = [commit({ a: "2\n" }, one), commit({ a: "3\n" }, one)];
  const ask = async () => {
    assert.equal(await mergeBase(gitDir, left, right), one);
    assert.equal(await isAncestor(gitDir, left, right), false);
    assert.deepEqual(await conflictsBetween(gitDir, left, right), ["a"]);
    assert.equal((await readChanges(gitDir, left, right)).length, 1);
  };
  const commands = ["merge-base", "merge-base", "merge-tree", "diff-tree"];
  assert.deepEqual(
    (await startsOf(ask)).filter((verb) => verb !== undefined && !verb.startsWith("--")),
    commands,
  );
  assert.deepEqual(await startsOf(ask), []);
});

test("does not start git for the history of a pull request whose base has not moved", async (t) => {
  const { gitDir, commit } = makeRepository(t);
  const base = commit({ a: "1\n" });
  const head = commit({ a: "3\n" }, commit({ a: "2\n" }, base));
  const [reader, ...others] = await startsOf(async () => {
    assert.equal(await mergeBase(gitDir, base, head), base);
    assert.equal(await countCommits(gitDir, base, head), 2);
    assert.equal(await conflictsBetween(gitDir, base, head), null);
  });
  assert.deepEqual([reader, others], [undefined, []]);
});

test("asks git again about a ref, a missing object, a shallow repository or another repository at the path", async (t) => {
  const { root, gitDir, git, commit } = makeRepository(t);
  const [one, two] = [commit({ a: "1\n" }), commit({ a: "2\n" })];
  const list = (id: string) => objectGit(gitDir, ["ls-tree", "--name-only"], [id], [128]);
  git(["update-ref", "refs/heads/main", one]);
  assert.equal((await list("refs/heads/main")).text, "a");
  git(["update-ref", "refs/heads/main", commit({ b: "1\n" })]);
  assert.equal((await list("refs/heads/main")).text, "b");

  const late = "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391";
  const size = () => repositorySize(gitDir, late);
  await assert.rejects(size);
  git(["hash-object", "-w", "--stdin"]);
  assert.equal(await size(), "0");

  const isRelated = () => objectGit(gitDir, ["merge-base"], [one, two], [1]);
  writeFileSync(join(gitDir, "shallow"), "");
  assert.equal((await startsOf(isRelated)).length, 1);
  assert.equal((await startsOf(isRelated)).length, 1);
  rmSync(join(gitDir, "shallow"));
  assert.equal((await startsOf(isRelated)).length, 1);
  assert.equal((await startsOf(isRelated)).length, 0);

  renameSync(gitDir, join(root, "old.git"));
  git(["init", "--quiet", "--bare"]);
  await assert.rejects(isRelated, /git on the built-in forge failed/);
});

const repositorySize = async (gitDir: string, id: string) =>
  (await objectGit(gitDir, ["cat-file", "-s"], [id])).text;

test("ignores replacements of objects that a push added", async (t) => {
  const { gitDir, git, commit } = makeRepository(t);
  const [one, two] = [commit({ a: "1\n" }), commit({ b: "2\n" })];
  git(["update-ref", `refs/replace/${one}`, two]);
  const list = (environment = {}) =>
    repositoryGit(["--git-dir", gitDir, "ls-tree", "--name-only", one], [], "", environment);
  assert.equal((await list()).text, "a");
  // Control: git follows the replacement without the setting.
  assert.equal(git(["ls-tree", "--name-only", one]), "b");
});

test("reads renamed, binary and oddly named files of a change", async (t) => {
  const { gitDir, commit } = makeRepository(t);
  const text = "a line of a file\n".repeat(20);
  const before = commit({ "old name": text, gone: "x\n", ":colon 1": "1\n", bin: "\0a" });
  const after = commit({ "new name": `${text}more\n`, added: "1\n2\n", ":colon 1": "2\n", bin: "\0b" });
  const files = await readChanges(gitDir, before, after);
  assert.deepEqual(
    files.map(({ path, formerPath, status, additions, deletions, isBinary }) =>
      [path, formerPath, status, additions, deletions, isBinary].join(),
    ),
    [
      ":colon 1,,modified,1,1,false",
      "added,,added,2,0,false",
      "bin,,modified,0,0,true",
      "gone,,removed,0,1,false",
      "new name,old name,renamed,1,0,false",
    ],
  );
});
