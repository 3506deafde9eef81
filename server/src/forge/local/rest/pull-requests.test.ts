import assert from "node:assert/strict";
import { test } from "node:test";
import { markReady } from "../../github/pull-request/draft-documents.ts";
import { makeStarted } from "../testing/local-forge-fixture.ts";
import { octokitOf, refuses, repo } from "../testing/octokit-client.ts";
import { git } from "../testing/repository-fixture.ts";

test("octokit opens, reviews and merges a pull request", async (t) => {
  const it = await makeStarted(t);
  const octokit = octokitOf(it, it.writer.token);
  const sha = await it.commit("tembo/fix", "src/fix.txt");
  const { data: user } = await octokit.request("GET /user");
  assert.equal(user.login, "ada-lovelace");
  const { data: made } = await octokit.request("POST /repos/{owner}/{repo}/pulls", {
    ...repo,
    title: "Fix it",
    head: "acme:tembo/fix",
    base: "main",
    body: "Because",
    draft: true,
  });
  assert.deepEqual(
    [
      made.number,
      made.draft,
      made.head.sha,
      made.commits,
      made.additions,
      made.changed_files,
      made.mergeable,
    ],
    [1, true, sha, 1, 1, 1, true],
  );
  assert.equal(made.html_url, `${it.url}/acme/app/pull/1`);
  const at = { ...repo, pull_number: 1 };
  const { data: files } = await octokit.request("GET /repos/{owner}/{repo}/pulls/{pull_number}/files", at);
  assert.deepEqual(
    files.map(({ filename, status }) => [filename, status]),
    [["src/fix.txt", "added"]],
  );
  assert.match(files[0]?.patch ?? "", /^@@ -0,0 \+1 @@\n\+/);
  const { data: commits } = await octokit.request(
    "GET /repos/{owner}/{repo}/pulls/{pull_number}/commits",
    at,
  );
  assert.deepEqual(
    commits.map((commit) => commit.sha),
    [sha],
  );

  const { data: review } = await octokit.request("POST /repos/{owner}/{repo}/pulls/{pull_number}/reviews", {
    ...at,
    event: "REQUEST_CHANGES",
    body: "Not yet",
    comments: [{ path: "src/fix.txt", line: 1, body: "Why?" }],
  });
  const { data: inline } = await octokit.request(
    "GET /repos/{owner}/{repo}/pulls/{pull_number}/comments",
    at,
  );
  assert.equal(inline[0]?.pull_request_review_id, review.id);
  assert.match(inline[0]?.diff_hunk ?? "", /^@@/);
  const { data: reply } = await octokit.request(
    "POST /repos/{owner}/{repo}/pulls/{pull_number}/comments/{comment_id}/replies",
    { ...at, comment_id: inline[0]!.id, body: "Because" },
  );
  assert.equal(reply.in_reply_to_id, inline[0]!.id);
  const reaction = { ...repo, comment_id: inline[0]!.id, content: "eyes" } as const;
  const react = () =>
    octokit.request("POST /repos/{owner}/{repo}/pulls/comments/{comment_id}/reactions", reaction);
  assert.deepEqual([(await react()).status, (await react()).status], [201, 200]);

  const merge = (more: object = {}) =>
    octokit.request("PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge", { ...at, ...more });
  await refuses(merge(), 405, /draft/);
  await octokit.graphql(markReady, { pullRequestId: made.node_id });
  await refuses(merge({ sha: "0".repeat(40) }), 409, /modified/);
  const { data: merged } = await merge({ sha });
  assert.equal(await git(it.path, "rev-parse", "main"), merged.sha);
  assert.equal(
    await git(it.path, "log", "-1", "--format=%s%n%an", "main"),
    "Merge pull request #1 from acme/tembo/fix\nAda Lovelace",
  );
  await refuses(merge(), 405, /not mergeable/);
  const { data: after } = await octokit.request("GET /repos/{owner}/{repo}/pulls/{pull_number}", at);
  assert.deepEqual([after.state, after.merged, after.merge_commit_sha], ["closed", true, merged.sha]);
});

test("squashes into one commit, and rebases each commit", async (t) => {
  const it = await makeStarted(t);
  const octokit = octokitOf(it, it.writer.token);
  const open = async (head: string) =>
    (await octokit.request("POST /repos/{owner}/{repo}/pulls", { ...repo, title: head, head, base: "main" }))
      .data.number;
  const merge = async (pull_number: number, merge_method: "squash" | "rebase") =>
    octokit.request("PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge", {
      ...repo,
      pull_number,
      merge_method,
    });
  await it.commit("one", "one.txt");
  await it.commit("one", "two.txt");
  await it.commit("other", "three.txt");
  await it.commit("other", "four.txt");
  await it.commit("clash", "one.txt");
  const [one, other, clash] = [await open("one"), await open("other"), await open("clash")];
  await merge(one, "squash");
  assert.equal(await git(it.path, "log", "--format=%s", "main"), "one (#1)\nChange README.md");
  await merge(other, "rebase");
  assert.equal(
    await git(it.path, "log", "--format=%s", "main"),
    "Change four.txt\nChange three.txt\none (#1)\nChange README.md",
  );
  assert.equal(await git(it.path, "log", "-1", "--format=%an, %cn", "main"), "Ada, Ada Lovelace");
  await refuses(merge(clash, "rebase"), 405, /not mergeable/);
  await refuses(merge(clash, "squash"), 405, /not mergeable/);
  assert.equal(await git(it.path, "fsck", "--strict", "--no-dangling"), "");
});

test("rejects an invalid pull request with GitHub's error messages", async (t) => {
  const it = await makeStarted(t);
  const octokit = octokitOf(it, it.writer.token);
  await it.commit("tembo/fix");
  await it.branch("same");
  const open = (head: string, base = "main") =>
    octokit.request("POST /repos/{owner}/{repo}/pulls", { ...repo, title: "t", head, base });
  await open("tembo/fix");
  await refuses(open("tembo/fix"), 422, /A pull request already exists for acme:tembo\/fix\./);
  await refuses(open("same"), 422, /No commits between main and same/);
  await refuses(open("missing"), 422, /"field":"head","code":"invalid"/);
  await refuses(open("other:tembo/fix"), 422, /"field":"head","code":"invalid"/);
  await refuses(open("tembo/fix", "missing"), 422, /"field":"base","code":"invalid"/);
  await refuses(octokit.request("POST /repos/acme/app/pulls", { title: "t" }), 422, /"missing_field"/);
});

test("returns a diff, a patch or a raw file if requested by media type", async (t) => {
  const it = await makeStarted(t);
  const octokit = octokitOf(it, it.writer.token);
  await it.commit("tembo/fix", "src/fix.txt");
  await octokit.request("POST /repos/{owner}/{repo}/pulls", {
    ...repo,
    title: "Fix it",
    head: "tembo/fix",
    base: "main",
  });
  const read = async (path: string, accept: string) => {
    const headers = { authorization: `token ${it.writer.token}`, accept };
    const response = await fetch(`${it.url}/api/github/v3/repos/acme/app${path}`, { headers });
    assert.equal(response.status, 200, await response.clone().text());
    return { type: response.headers.get("content-type"), text: await response.text() };
  };
  const diff = await read("/pulls/1", "application/vnd.github.diff");
  assert.match(diff.text, /^diff --git a\/src\/fix\.txt b\/src\/fix\.txt\n/);
  const patch = await read("/pulls/1", "application/vnd.github.v3.patch");
  assert.match(patch.text, /^From [0-9a-f]{40} .*\nFrom: /);
  assert.equal(patch.type, "application/vnd.github.v3.patch; charset=utf-8");
  assert.equal(JSON.parse((await read("/pulls/1", "application/vnd.github+json")).text).number, 1, "control");
  const file = "/contents/src/fix.txt?ref=tembo/fix";
  const { content } = JSON.parse((await read(file, "*/*")).text);
  const raw = await read(file, "application/vnd.github.raw");
  assert.equal(raw.text, Buffer.from(content, "base64").toString());
});
