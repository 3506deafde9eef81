import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { promisify } from "node:util";
import type { ForgeRepository } from "../../core/forges/index.ts";
import type { MakeForge } from "./forge-under-test.ts";
import { rejects } from "./rejects.ts";

export function testRepositories(name: string, make: MakeForge): void {
  test(`${name}: returns its account, and passes the connection test`, async (t) => {
    const { forge, writer } = await make(t);
    const account = await forge.account();
    assert.ok(account.id.length > 0 && account.login.length > 0);
    assert.notEqual(account.id, writer.id);
    assert.equal((await forge.test()).isHealthy, true);
  });

  test(`${name}: returns a repository, and finds it after a rename`, async (t) => {
    const { forge, repository, rename } = await make(t);
    const found = (await forge.findRepository(repository))!;
    assert.deepEqual(
      { owner: found.owner, name: found.name, branch: found.defaultBranch, isArchived: found.isArchived },
      { owner: repository.owner, name: repository.name, branch: "main", isArchived: false },
    );
    assert.equal(found.canPush, true);
    await rename("renamed");
    const again = (await forge.findRepository(repository))!;
    assert.deepEqual({ id: again.externalId, name: again.name }, { id: found.externalId, name: "renamed" });
  });

  test(`${name}: returns null for a missing repository`, async (t) => {
    const { forge, repository } = await make(t);
    const missing = {
      ...repository,
      id: repository.id.replace(/.$/, (last) => (last === "f" ? "0" : "f")),
      externalId: "999999",
      name: "missing",
    };
    assert.equal(await forge.findRepository(missing), null);
  });

  test(`${name}: lists the repositories that the credential can access`, async (t) => {
    const { forge, repository } = await make(t);
    const listed: ForgeRepository[] = [];
    for await (const one of forge.listRepositories(AbortSignal.timeout(60_000))) listed.push(one);
    const mine = listed.find((one) => one.name === repository.name && one.owner === repository.owner);
    assert.equal(mine?.externalId, repository.externalId ?? mine?.externalId);
    assert.ok(mine);
  });

  test(`${name}: git reads the returned remote with the returned credential`, async (t) => {
    const { forge, repository } = await make(t);
    const remote = await forge.remote(repository);
    if (remote.kind === "local") {
      assert.deepEqual([remote.owner, remote.name], [repository.owner, repository.name]);
      return;
    }
    const { url, credential } = remote;
    const header = credential && `Authorization: Basic ${basic(credential.username, credential.password)}`;
    const { stdout } = await promisify(execFile)(
      "git",
      [...(header === null ? [] : ["-c", `http.extraHeader=${header}`]), "ls-remote", url],
      { env: { PATH: process.env.PATH, HOME: "/nonexistent", GIT_TERMINAL_PROMPT: "0" } },
    );
    assert.match(stdout, /refs\/heads\/main/);
  });

  test(`${name}: returns a branch and its protection, and deletes a branch`, async (t) => {
    const { forge, repository, commit, protect } = await make(t);
    const sha = await commit("tembo/fix");
    assert.deepEqual(await forge.findBranch(repository, "tembo/fix"), {
      name: "tembo/fix",
      sha,
      isProtected: false,
    });
    await protect("main");
    assert.equal((await forge.findBranch(repository, "main"))?.isProtected, true);
    assert.equal(await forge.findBranch(repository, "missing"), null);
    await forge.deleteBranch(repository, "tembo/fix");
    assert.equal(await forge.findBranch(repository, "tembo/fix"), null);
    await forge.deleteBranch(repository, "tembo/fix");
  });

  test(`${name}: reports a rejected credential`, async (t) => {
    const { stranger, repository } = await make(t);
    await rejects(
      stranger.findPullRequest(repository, "a", "main"),
      "forge_unauthorized",
      /token|credential|key/i,
    );
    const { isHealthy, message } = await stranger.test();
    assert.equal(isHealthy, false);
    assert.ok(message.length > 10);
  });
}

const basic = (username: string, password: string) =>
  Buffer.from(`${username}:${password}`).toString("base64");
