import assert from "node:assert/strict";
import { existsSync, readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { AppError } from "../../core/base/index.ts";
import { makeForge, makeStarted } from "./testing/local-forge-fixture.ts";
import { git } from "./testing/repository-fixture.ts";

const input = { title: "t", body: "b", head: "tembo/fix", base: "main", isDraft: false };

test("creates an empty repository with its default branch only once", async (t) => {
  const { forge, path, repository } = await makeForge(t);
  assert.equal(await git(path, "symbolic-ref", "HEAD"), "refs/heads/main");
  assert.deepEqual(await forge.remote(repository), {
    kind: "local",
    owner: repository.owner,
    name: repository.name,
  });
  await forge.createRepository(repository, "other");
  assert.equal(
    await git(path, "symbolic-ref", "HEAD"),
    "refs/heads/main",
    "the existing repository is unchanged",
  );
  assert.deepEqual(readdirSync(dirname(path)), ["app.git"]);
});

test("commits the first files of a repository once, and changes no branch that exists", async (t) => {
  const { forge, path, repository } = await makeForge(t);
  const files = [
    { path: "README.md", text: "# Sample\n" },
    { path: "src/cart.js", text: "export {};\n" },
  ];
  await forge.createRepository(repository, "main", files);
  const first = await git(path, "rev-parse", "main");
  assert.deepEqual((await git(path, "ls-tree", "-r", "--name-only", "main")).split("\n"), [
    "README.md",
    "src/cart.js",
  ]);
  assert.equal(await git(path, "cat-file", "blob", "main:README.md"), "# Sample");
  await forge.createRepository(repository, "main", [{ path: "other", text: "" }]);
  assert.equal(await git(path, "rev-parse", "main"), first);
  assert.deepEqual(readdirSync(dirname(path)), ["app.git"]);
});

test("makes the repositories' folder inaccessible to other users of the host", async (t) => {
  const { path } = await makeForge(t);
  for (const folder of [dirname(path), dirname(dirname(path))])
    assert.equal(statSync(folder).mode & 0o077, 0);
  assert.notEqual(statSync(path).mode & 0o055, 0, "control: git itself lets other users in");
});

test("concurrent requests create only one repository", async (t) => {
  const { forge, path, repository } = await makeForge(t);
  const other = { ...repository, name: "other" };
  await Promise.all([forge.createRepository(other, "main"), forge.createRepository(other, "main")]);
  assert.deepEqual(readdirSync(dirname(path)).sort(), ["app.git", "other.git"]);
});

test("rejects a repository name that is invalid or escapes the folder", async (t) => {
  const { forge, dataDir, repository } = await makeForge(t);
  for (const name of ["..", "../x", "a/b", ".hidden", "-x", "", "a.git", "a\0b", "ä"])
    await assert.rejects(
      forge.createRepository({ ...repository, name }, "main"),
      /is not a valid repository name/,
      name,
    );
  assert.deepEqual(readdirSync(join(dataDir, "forge")), ["acme"]);
});

test("lists the conflicting files when it rejects a merge", async (t) => {
  const { forge, commit, repository } = await makeStarted(t);
  const name = "with space é.txt";
  await commit("tembo/fix", name);
  const headSha = await commit("tembo/fix", "README.md");
  await forge.createPullRequest(repository, input);
  await commit("main", name);
  await commit("main", "README.md");
  for (const method of ["merge", "squash"] as const)
    await assert.rejects(
      forge.mergePullRequest(repository, 1, { method, headSha }),
      /^AppError: Pull request 1 conflicts with main in README\.md, with space é\.txt\. Merge main/,
    );
  // A rebase applies the commits in order. The error contains the file of the first conflicting commit.
  await assert.rejects(
    forge.mergePullRequest(repository, 1, { method: "rebase", headSha }),
    /conflicts with main in with space é\.txt\. Merge/,
  );
});

test("publishes the head under a ref that remains after the branch is deleted", async (t) => {
  const { forge, path, store, commit, person, repository, url } = await makeStarted(t);
  const headSha = await commit("tembo/fix");
  const made = await forge.createPullRequest(repository, input);
  assert.equal(made?.url, `${url}/acme/app/pull/1`);
  assert.equal(await git(path, "rev-parse", "refs/pull/1/head"), headSha);
  // Like host git, pushes to the path, so no server is notified.
  await git(person, "push", "--quiet", path, ":tembo/fix");
  assert.equal((await forge.updatePullRequest(repository, 1, { title: "new" })).headSha, headSha);
  assert.equal((await store.localForge.pulls.find(repository.id, 1))?.title, "new");
});

test("rejects pushes to refs that are reserved for the forge", async (t) => {
  const { forge, commit, person, repository } = await makeStarted(t);
  await commit("tembo/fix");
  await forge.createPullRequest(repository, input);
  await assert.rejects(git(person, "push", "origin", "main:refs/pull/1/head"), /reserved for the forge/);
  await git(person, "push", "--quiet", "origin", "main:refs/heads/pull/1/head");
});

test("reports git's error message for a broken repository", async (t) => {
  const { forge, path, commit, repository } = await makeStarted(t);
  await commit("tembo/fix");
  await git(path, "config", "core.repositoryformatversion", "99");
  assert.ok(existsSync(path));
  await assert.rejects(forge.createPullRequest(repository, input), (error) => {
    assert.ok(error instanceof AppError && error.code === "forge_failed");
    return /repo version/.test(error.message);
  });
});
