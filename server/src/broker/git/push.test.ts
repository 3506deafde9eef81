import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { createSpawnGit } from "../../git/process/spawn-git.ts";
import { branch, cloneWork, commit, git, makeGitProxy, tryGit } from "./git-proxy-fixture.ts";

for (const isLocal of [false, true]) {
  const where = isLocal ? "to a local repository" : "to a forge over HTTP";

  test(`creates and advances the session's branch, ${where}`, async (t) => {
    const proxy = await makeGitProxy(t, { createSpawnGit, isLocal });
    await cloneWork(proxy);
    for (const name of ["a", "b", "c"]) {
      const sha = await commit(proxy.work, name, `${name}\n`);
      assert.equal(await git(proxy.work, "push", "--quiet", "origin", branch), "", "git prints no hint");
      assert.equal(await git(proxy.bare, "rev-parse", branch), sha);
    }
    assert.match((await tryGit(proxy.work, "push", "origin", branch)).text, /up-to-date/);
  });

  test(`accepts a large push, ${where}`, async (t) => {
    const proxy = await makeGitProxy(t, { createSpawnGit, isLocal });
    await cloneWork(proxy);
    const sha = await commit(proxy.work, "big.bin", randomBytes(20 * 1024 ** 2));
    await git(proxy.work, "push", "--quiet", "origin", branch);
    assert.equal(await git(proxy.bare, "rev-parse", branch), sha);
  });

  const refused: [string, string[], RegExp][] = [
    ["the main branch", ["HEAD:main"], /HEAD -> main \(this session can push only to the branch tembo\/work/],
    [
      "another branch",
      ["HEAD:refs/heads/new"],
      /HEAD -> new \(this session can push only to the branch tembo\/work/,
    ],
    ["a tag", ["HEAD:refs/tags/v1"], /HEAD -> v1 \(this session cannot push tags/],
    ["the deletion of a branch", [":other"], /other \(this session cannot delete/],
    [
      "any other kind of reference",
      ["HEAD:refs/for/main"],
      /refs\/for\/main \(this session can push only to the branch/,
    ],
    [
      "the branch in capitals",
      ["HEAD:refs/heads/TEMBO/work"],
      /HEAD -> TEMBO\/work \(this session can push only to/,
    ],
    [
      "the branch with an escape",
      ["HEAD:refs/heads/tembo%2fwork"],
      /tembo%2fwork \(this session can push only to/,
    ],
    [
      "a branch below the heads twice",
      [`HEAD:refs/heads/refs/heads/${branch}`],
      /\(this session can push only to/,
    ],
    [
      "a mixed push, as a whole",
      [`HEAD:${branch}`, "HEAD:main"],
      /HEAD -> main \(this session can push only to.*\s.*HEAD -> tembo\/work \(rejected because another/,
    ],
  ];
  test(`rejects any other ref, and explains why in git's output, ${where}`, async (t) => {
    const proxy = await makeGitProxy(t, { createSpawnGit, isLocal });
    await cloneWork(proxy);
    await commit(proxy.work, "a", "a\n");
    const before = await git(proxy.bare, "for-each-ref");
    for (const [what, refs, words] of refused) {
      const { code, text } = await tryGit(proxy.work, "push", "origin", ...refs);
      assert.notEqual(code, 0, what);
      assert.match(text, /! \[remote rejected\]/, what);
      assert.match(text, words, what);
      assert.equal(await git(proxy.bare, "for-each-ref"), before, what);
    }
    for (const [what, refs] of refused) {
      const { code, text } = await tryGit(proxy.work, "push", proxy.bare, ...refs);
      assert.equal(code, 0, `control: ${what} without the proxy: ${text}`);
    }
  });

  test(`does not overwrite commits, ${where}`, async (t) => {
    const proxy = await makeGitProxy(t, { createSpawnGit, isLocal });
    await cloneWork(proxy);
    const first = await commit(proxy.work, "a", "a\n");
    await git(proxy.work, "push", "--quiet", "origin", branch);
    await git(proxy.work, "commit", "--quiet", "--amend", "-m", "Rewritten");
    const { text } = await tryGit(proxy.work, "push", "--force", "origin", branch);
    assert.match(text, /! \[remote rejected\].*\(non-fast-forward: the push would remove commits/);
    assert.equal(await git(proxy.bare, "rev-parse", branch), first);
    await git(proxy.work, "push", "--quiet", "--force", proxy.bare, branch);
    assert.notEqual(
      await git(proxy.bare, "rev-parse", branch),
      first,
      "control: git itself accepts the push",
    );
  });
}

test("does not overwrite commits that a person pushed after the mirror's last fetch", async (t) => {
  const proxy = await makeGitProxy(t, { createSpawnGit });
  await cloneWork(proxy);
  await commit(proxy.work, "a", "a\n");
  await git(proxy.work, "push", "--quiet", "origin", branch);
  await git(proxy.person, "fetch", "--quiet", "origin");
  await git(proxy.person, "checkout", "--quiet", branch);
  const pushedSha = await commit(proxy.person, "large", "line\n".repeat(10_000));
  await git(proxy.person, "push", "--quiet", "origin", branch);
  await git(proxy.work, "fetch", "--quiet", "origin");
  await commit(proxy.work, "b", "b\n");
  const forced = await tryGit(proxy.work, "push", "--force", "origin", branch);
  assert.match(forced.text, /non-fast-forward/);
  assert.equal(await git(proxy.bare, "rev-parse", branch), pushedSha);
  await git(proxy.work, "rebase", "--quiet", `origin/${branch}`);
  const sha = await commit(proxy.work, "large", `${"line\n".repeat(10_000)}more\n`);
  await git(proxy.work, "push", "--quiet", "origin", branch);
  assert.equal(await git(proxy.bare, "rev-parse", branch), sha);
});

test("rejects a forced push that would drop an existing branch's commits", async (t) => {
  const proxy = await makeGitProxy(t, { createSpawnGit });
  await git(proxy.person, "push", "--quiet", "origin", `HEAD:${branch}`);
  await cloneWork(proxy, "--single-branch");
  await git(proxy.work, "reset", "--quiet", "--hard");
  const tree = await git(proxy.work, "write-tree");
  const orphan = await git(proxy.work, "commit-tree", "-m", "Orphan", tree);
  const { text } = await tryGit(proxy.work, "push", "--force", "origin", `${orphan}:refs/heads/${branch}`);
  assert.match(text, /non-fast-forward/);
});

test("creates a branch at an existing commit and completes a thin pack", async (t) => {
  const proxy = await makeGitProxy(t, { createSpawnGit });
  const lines = randomBytes(200_000)
    .toString("hex")
    .replaceAll(/(.{60})/g, "$1\n");
  await commit(proxy.person, "long.txt", lines);
  await git(proxy.person, "push", "--quiet", "origin", "HEAD:main");
  await cloneWork(proxy);
  await git(proxy.work, "push", "--quiet", "origin", branch);
  const sha = await commit(proxy.work, "long.txt", `${lines}one more\n`);
  await git(proxy.work, "push", "--quiet", "--thin", "origin", branch);
  assert.equal(await git(proxy.bare, "rev-parse", branch), sha);
});

test("accepts a push from a shallow clone", async (t) => {
  const proxy = await makeGitProxy(t, { createSpawnGit });
  for (const name of ["x", "y", "z"]) await commit(proxy.person, name, name);
  await git(proxy.person, "push", "--quiet", "origin", "HEAD:main");
  await cloneWork(proxy, "--depth=1");
  const sha = await commit(proxy.work, "a", "a\n");
  await git(proxy.work, "push", "--quiet", "origin", branch);
  assert.equal(await git(proxy.bare, "rev-parse", branch), sha);
});

test("rejects push options, because they may trigger actions on a forge", async (t) => {
  const proxy = await makeGitProxy(t, { createSpawnGit });
  await cloneWork(proxy);
  await commit(proxy.work, "a", "a\n");
  const { text } = await tryGit(proxy.work, "push", "-o", "merge_request.create", "origin", branch);
  assert.match(text, /push options are not supported/);
});

test("rejects an oversized pack with an explanation", async (t) => {
  const proxy = await makeGitProxy(t, { createSpawnGit, maxPackBytes: 2 * 1024 ** 2 });
  await cloneWork(proxy);
  await commit(proxy.work, "big.bin", randomBytes(8 * 1024 ** 2));
  const { text } = await tryGit(proxy.work, "push", "origin", branch);
  assert.match(text, /! \[remote rejected\].*\(the pack exceeds the limit of 2 MiB/);
  await git(proxy.work, "push", "--quiet", proxy.bare, branch);
});
