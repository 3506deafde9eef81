import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { configureHostGit, stopHostGit } from "../host-git.ts";
import { countLinear } from "./linear-history.ts";

await configureHostGit({ user: null });
const signal = new AbortController().signal;

test("counts the commits of a line, and leaves every other history to git", async (t) => {
  const root = mkdtempSync(join(tmpdir(), "tembo-linear-"));
  t.after(async () => {
    await stopHostGit();
    rmSync(root, { recursive: true, force: true });
  });
  const gitDir = join(root, "app.git");
  const identity = { GIT_AUTHOR_NAME: "Ada", GIT_AUTHOR_EMAIL: "a@b.c", GIT_COMMITTER_NAME: "Ada" };
  const env = { PATH: process.env.PATH, GIT_COMMITTER_EMAIL: "a@b.c", ...identity };
  const gitWith = (input: string, ...args: string[]) =>
    execFileSync("git", [`--git-dir=${gitDir}`, ...args], { env, input, encoding: "utf8" }).trimEnd();
  const git = (...args: string[]) => gitWith("", ...args);
  git("init", "--quiet", "--bare");
  const tree = git("hash-object", "-t", "tree", "-w", "/dev/null");
  const commit = (message: string, ...parents: string[]) =>
    git("commit-tree", "-m", message, ...parents.flatMap((parent) => ["-p", parent]), tree);
  // The message must not count as part of the header.
  const first = commit("first\n\nparent of all\nparent 0000000000000000000000000000000000000000");
  const second = commit("second", first);
  const third = commit("third", second);
  const side = commit("side", first);
  const merge = commit("merge", third, side);
  const repository = {
    gitDir,
    env: { PATH: "/usr/bin:/bin", GIT_DIR: gitDir, GIT_CONFIG_GLOBAL: "/dev/null", ...safe },
  };
  const count = (older: string, newer: string, maxCommits = 2) =>
    countLinear(repository, { older, newer, maxCommits }, signal);
  assert.equal(await count(first, third), 2);
  assert.equal(await count(second, third), 1);
  assert.equal(await count(third, third), 0);
  assert.equal(await count(first, third, 1), null);
  assert.equal(await count(third, first), null);
  assert.equal(await count(side, third), null);
  assert.equal(await count(third, merge), null);
  assert.equal(await count(first, "0".repeat(40)), null);
  assert.equal(await count(first, tree), null);
  // Git ignores a parent that does not directly follow the tree, and its checks accept such a commit.
  const own = git("cat-file", "commit", first).replace("\n\n", `\nparent ${third}\n\n`);
  const forged = gitWith(own, "hash-object", "-t", "commit", "-w", "--stdin");
  assert.equal(git("log", "--format=%P", forged), "", "control");
  assert.equal(await count(third, forged), null);
});

const safe = { GIT_CONFIG_COUNT: "1", GIT_CONFIG_KEY_0: "safe.directory", GIT_CONFIG_VALUE_0: "*" };
