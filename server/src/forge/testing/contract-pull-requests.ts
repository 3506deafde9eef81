import assert from "node:assert/strict";
import { test } from "node:test";
import type { MakeForge } from "./forge-under-test.ts";
import { rejects } from "./rejects.ts";

export function testPullRequests(name: string, make: MakeForge): void {
  const input = {
    title: "Fix it",
    body: "Because\nit was broken 🐘",
    head: "tembo/fix",
    base: "main",
    isDraft: false,
  };

  test(`${name}: creates a pull request and finds it again`, async (t) => {
    const { forge, repository, commit } = await make(t);
    const headSha = await commit("tembo/fix");
    assert.equal(await forge.findPullRequest(repository, "tembo/fix", "main"), null);
    const made = await forge.createPullRequest(repository, input);
    assert.ok(made);
    const { title, body, head, base, isDraft, status, mergedAt, isFromFork } = made;
    assert.deepEqual({ title, body, head, base, isDraft }, input);
    assert.deepEqual(
      { status, mergedAt, isFromFork, headSha: made.headSha },
      {
        status: "open",
        mergedAt: null,
        isFromFork: false,
        headSha,
      },
    );
    assert.ok(made.number >= 1 && made.url.endsWith(`/${made.number}`), made.url);
    assert.equal((await forge.findPullRequest(repository, "tembo/fix", "main"))?.number, made.number);
    assert.equal((await forge.findPullRequestByNumber(repository, made.number))?.title, "Fix it");
    assert.equal(await forge.findPullRequestByNumber(repository, 999_999), null);
    assert.equal(made.author?.id, (await forge.account()).id);
  });

  test(`${name}: returns the open pull request instead of creating a second one`, async (t) => {
    const { forge, repository, commit } = await make(t);
    await commit("tembo/fix");
    const first = await forge.createPullRequest(repository, input);
    const again = await forge.createPullRequest(repository, { ...input, title: "Other words" });
    assert.deepEqual(
      { number: again?.number, title: again?.title },
      { number: first?.number, title: "Fix it" },
    );
    await commit("tembo/other");
    const other = await forge.createPullRequest(repository, { ...input, head: "tembo/other" });
    assert.notEqual(other?.number, first?.number);
  });

  test(`${name}: concurrent requests create only one pull request`, async (t) => {
    const { forge, repository, commit } = await make(t);
    await commit("tembo/fix");
    const made = await Promise.all([1, 2, 3].map(() => forge.createPullRequest(repository, input)));
    assert.equal(new Set(made.map((one) => one?.number)).size, 1);
  });

  test(`${name}: creates a draft if the forge supports drafts, and marks it as ready`, async (t) => {
    const { forge, repository, commit, can } = await make(t);
    await commit("tembo/fix");
    const made = (await forge.createPullRequest(repository, { ...input, isDraft: true }))!;
    assert.equal(made.isDraft, can.draft);
    assert.equal(made.title, "Fix it");
    const ready = await forge.updatePullRequest(repository, made.number, { isDraft: false });
    assert.deepEqual({ isDraft: ready.isDraft, title: ready.title }, { isDraft: false, title: "Fix it" });
  });

  test(`${name}: returns the new head after a push`, async (t) => {
    const { forge, repository, commit } = await make(t);
    await commit("tembo/fix");
    await forge.createPullRequest(repository, input);
    const headSha = await commit("tembo/fix", "second.txt");
    assert.equal((await forge.findPullRequest(repository, "tembo/fix", "main"))?.headSha, headSha);
  });

  test(`${name}: does not create a pull request without commits`, async (t) => {
    const { forge, repository, branch } = await make(t);
    await branch("tembo/fix");
    assert.equal(await forge.createPullRequest(repository, input), null);
    assert.equal(await forge.findPullRequest(repository, "tembo/fix", "main"), null);
  });

  test(`${name}: reports which branch is missing`, async (t) => {
    const { forge, repository, commit } = await make(t);
    await rejects(forge.createPullRequest(repository, input), "forge_failed", /"tembo\/fix"/);
    await commit("tembo/fix");
    await rejects(
      forge.createPullRequest(repository, { ...input, base: "devel" }),
      "forge_failed",
      /"devel"/,
    );
  });

  test(`${name}: changes the title, body and base independently`, async (t) => {
    const { forge, repository, commit, branch } = await make(t);
    await commit("tembo/fix");
    await branch("release");
    const { number } = (await forge.createPullRequest(repository, input))!;
    const renamed = await forge.updatePullRequest(repository, number, { title: "New" });
    assert.deepEqual([renamed.title, renamed.body, renamed.base], ["New", input.body, "main"]);
    const rewritten = await forge.updatePullRequest(repository, number, { body: "" });
    assert.deepEqual([rewritten.title, rewritten.body, rewritten.base], ["New", "", "main"]);
    const retargeted = await forge.updatePullRequest(repository, number, { base: "release" });
    assert.deepEqual([retargeted.title, retargeted.base], ["New", "release"]);
    await rejects(forge.updatePullRequest(repository, 999_999, { title: "x" }), "forge_failed", /999999/);
  });

  test(`${name}: sets labels and reviewers, and omits a person who cannot review`, async (t) => {
    const { forge, repository, commit, writer, can } = await make(t);
    if (!can.label) return t.skip("this forge has neither labels nor reviewers");
    await commit("tembo/fix");
    const { number } = (await forge.createPullRequest(repository, input))!;
    const changed = await forge.updatePullRequest(repository, number, {
      labels: ["tembo"],
      reviewers: [writer.login, "nobody-by-this-name"],
    });
    assert.deepEqual(changed.labels, ["tembo"]);
    assert.deepEqual(
      changed.reviewRequests.users?.map(({ login }) => login),
      [writer.login],
    );
  });

  test(`${name}: closes a pull request, accepts closing it again, and reopens it`, async (t) => {
    const { forge, repository, commit, can } = await make(t);
    await commit("tembo/fix");
    const { number } = (await forge.createPullRequest(repository, input))!;
    assert.equal((await forge.updatePullRequest(repository, number, { status: "closed" })).status, "closed");
    assert.equal((await forge.updatePullRequest(repository, number, { status: "closed" })).status, "closed");
    assert.equal(await forge.findPullRequest(repository, "tembo/fix", "main"), null);
    if (!can.reopen) return;
    assert.equal((await forge.updatePullRequest(repository, number, { status: "open" })).status, "open");
  });

  test(`${name}: merges only the given head, and accepts a repeated merge`, async (t) => {
    const { forge, repository, commit } = await make(t);
    const stale = await commit("tembo/fix");
    const { number } = (await forge.createPullRequest(repository, input))!;
    const headSha = await commit("tembo/fix", "second.txt");
    await rejects(
      forge.mergePullRequest(repository, number, { method: "merge", headSha: stale }),
      "conflict",
      /moved|changed|head/i,
    );
    await forge.mergePullRequest(repository, number, { method: "merge", headSha });
    const merged = (await forge.findPullRequestByNumber(repository, number))!;
    assert.equal(merged.status, "merged");
    assert.ok(merged.mergedAt);
    await forge.mergePullRequest(repository, number, { method: "merge", headSha });
  });

  test(`${name}: does not merge a pull request with conflicts`, async (t) => {
    const { forge, repository, commit } = await make(t);
    const headSha = await commit("tembo/fix", "README.md");
    const { number } = (await forge.createPullRequest(repository, input))!;
    await commit("main", "README.md");
    await rejects(
      forge.mergePullRequest(repository, number, { method: "merge", headSha }),
      "conflict",
      /merge|conflict/i,
    );
  });

  test(`${name}: reports which repository is missing`, async (t) => {
    const { forge, repository } = await make(t);
    const missing = {
      ...repository,
      id: repository.id.replace(/.$/, (last) => (last === "f" ? "0" : "f")),
      externalId: "999999",
      name: "missing",
    };
    await rejects(forge.createPullRequest(missing, input), "forge_failed", /missing/);
  });
}
