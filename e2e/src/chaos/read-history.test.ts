import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { readBranch } from "./read-history.ts";

/** Creates a repository with the branches main and work. */
function makeRepository(t: TestContext, recordsHeads: boolean) {
  const folder = mkdtempSync(join(tmpdir(), "tembo-history-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const git = (...argv: string[]) => {
    const settings = ["-c", "user.name=A", "-c", "user.email=a@a.example"];
    return execFileSync("git", ["-C", folder, ...settings, ...argv], { encoding: "utf8" }).trim();
  };
  const commit = (file: string, change: () => void = () => writeFileSync(join(folder, file), "x")) => {
    change();
    git("add", "--all");
    git("commit", "--quiet", "--allow-empty", "--message", file);
    return git("rev-parse", "HEAD");
  };
  git("init", "--quiet", "--initial-branch", "main");
  git("config", "core.logAllRefUpdates", String(recordsHeads));
  commit("base.txt");
  git("checkout", "--quiet", "-b", "work");
  return { gitDir: join(folder, ".git"), folder, git, commit };
}

test("reads the commits of a branch, and the files that each one adds or changes", async (t) => {
  const { gitDir, folder, git, commit } = makeRepository(t, true);
  const start = git("rev-parse", "HEAD");
  const one = commit("s0m0.txt");
  const odd = commit("a \u00e9\n.txt");
  const removal = commit("removal", () => rmSync(join(folder, "s0m0.txt")));
  git("checkout", "--quiet", "-b", "other", start);
  const two = commit("s0m1.txt");
  git("checkout", "--quiet", "work");
  git("merge", "--quiet", "--no-commit", "--no-ff", "other");
  const merge = commit("s0m2.txt");
  const { name, heads, commits } = await readBranch(gitDir, "work");
  assert.equal(name, "work");
  assert.deepEqual(heads, [start, one, odd, removal, merge]);
  assert.deepEqual(Object.fromEntries(commits.map(({ sha, files }) => [sha, files])), {
    [one]: ["s0m0.txt"],
    [odd]: ["a \u00e9\n.txt"],
    [removal]: [],
    [two]: ["s0m1.txt"],
    [merge]: ["s0m2.txt"],
  });
});

test("fails if the repository does not record where a branch pointed to", async (t) => {
  const { gitDir, commit } = makeRepository(t, false);
  commit("s0m0.txt");
  await assert.rejects(readBranch(gitDir, "work"), /does not record the changes of refs/);
});
