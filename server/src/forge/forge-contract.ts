import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { AppError, type ErrorCode } from "../core/errors.ts";
import type { Forge } from "../core/ports/forge.ts";
import type { Repository } from "../core/repository/repository.ts";

/** One forge with one repository that has a commit on `main`. */
export interface ForgeUnderTest {
  readonly forge: Forge;
  readonly repository: Repository;
  /** Makes a commit on the branch, which starts at `main` when it is new, and returns it. */
  commit(branch: string): Promise<string>;
  /** Starts a branch at `main` without a commit of its own. */
  branch(name: string): Promise<void>;
}

/** The sentences of the Forge port; every adapter passes them. */
export function testForgeContract(name: string, make: (t: TestContext) => Promise<ForgeUnderTest>): void {
  const input = { title: "Fix it", body: "Because\nit was broken 🐘", head: "tembo/fix", base: "main" };

  test(`${name}: says where host git fetches and pushes`, async (t) => {
    const { forge, repository } = await make(t);
    assert.ok((await forge.remote(repository)).url.length > 0);
  });

  test(`${name}: makes a pull request and finds it again`, async (t) => {
    const { forge, repository, commit } = await make(t);
    const headSha = await commit("tembo/fix");
    assert.equal(await forge.findPullRequest(repository, "tembo/fix", "main"), null);
    const made = await forge.createPullRequest(repository, input);
    assert.ok(made);
    const { number, url, ...rest } = made;
    assert.deepEqual(rest, { ...input, status: "open", headSha, mergedAt: null });
    assert.ok(number >= 1 && url.endsWith(`/${number}`));
    assert.deepEqual(await forge.findPullRequest(repository, "tembo/fix", "main"), made);
  });

  test(`${name}: returns the open pull request instead of making a second one`, async (t) => {
    const { forge, repository, commit } = await make(t);
    await commit("tembo/fix");
    const first = await forge.createPullRequest(repository, input);
    const again = await forge.createPullRequest(repository, { ...input, title: "Other words" });
    assert.deepEqual(again, first);
    await commit("tembo/other");
    const other = await forge.createPullRequest(repository, { ...input, head: "tembo/other" });
    assert.notEqual(other?.number, first?.number);
  });

  test(`${name}: follows the head as it is pushed to`, async (t) => {
    const { forge, repository, commit } = await make(t);
    await commit("tembo/fix");
    await forge.createPullRequest(repository, input);
    const headSha = await commit("tembo/fix");
    assert.equal((await forge.findPullRequest(repository, "tembo/fix", "main"))?.headSha, headSha);
  });

  test(`${name}: makes none when there are no commits between`, async (t) => {
    const { forge, repository, branch } = await make(t);
    await branch("tembo/fix");
    assert.equal(await forge.createPullRequest(repository, input), null);
    assert.equal(await forge.findPullRequest(repository, "tembo/fix", "main"), null);
  });

  test(`${name}: names a branch that is missing`, async (t) => {
    const { forge, repository, commit } = await make(t);
    await rejects(forge.createPullRequest(repository, input), "forge_failed", /"tembo\/fix"/);
    await commit("tembo/fix");
    await rejects(
      forge.createPullRequest(repository, { ...input, base: "devel" }),
      "forge_failed",
      /"devel"/,
    );
  });

  test(`${name}: changes title and body apart from each other`, async (t) => {
    const { forge, repository, commit } = await make(t);
    await commit("tembo/fix");
    const made = (await forge.createPullRequest(repository, input))!;
    const renamed = await forge.updatePullRequest(repository, made.number, { title: "New" });
    assert.deepEqual(renamed, { ...made, title: "New" });
    const rewritten = await forge.updatePullRequest(repository, made.number, { body: "" });
    assert.deepEqual(rewritten, { ...made, title: "New", body: "" });
    await rejects(forge.updatePullRequest(repository, 999_999, { title: "x" }), "forge_failed", /999999/);
  });

  test(`${name}: says which repository it does not have`, async (t) => {
    const { forge, repository } = await make(t);
    const missing = { ...repository, name: "missing" };
    await rejects(forge.createPullRequest(missing, input), "forge_failed", /missing/);
  });
}

async function rejects(work: Promise<unknown>, code: ErrorCode, words: RegExp): Promise<void> {
  await assert.rejects(work, (error) => {
    assert.ok(error instanceof AppError, String(error));
    assert.equal(error.code, code);
    assert.match(error.message, words);
    return true;
  });
}
