import assert from "node:assert/strict";
import { test } from "node:test";
import { makeStarted } from "../../testing/local-forge-fixture.ts";
import { octokitOf, refuses, repo } from "../../testing/octokit-client.ts";
import { git } from "../../testing/repository-fixture.ts";

test("creates valid git objects over the API", async (t) => {
  const it = await makeStarted(t);
  const octokit = octokitOf(it, it.writer.token);
  const { data: head } = await octokit.request("GET /repos/{owner}/{repo}/git/ref/{ref}", {
    ...repo,
    ref: "heads/main",
  });
  const parent = head.object.sha;
  const { data: base } = await octokit.request("GET /repos/{owner}/{repo}/git/commits/{commit_sha}", {
    ...repo,
    commit_sha: parent,
  });
  const { data: blob } = await octokit.request("POST /repos/{owner}/{repo}/git/blobs", {
    ...repo,
    content: Buffer.from([0, 255, 10]).toString("base64"),
    encoding: "base64",
  });
  const { data: tree } = await octokit.request("POST /repos/{owner}/{repo}/git/trees", {
    ...repo,
    base_tree: base.tree.sha,
    tree: [
      { path: "bin/data", mode: "100755", type: "blob", sha: blob.sha },
      { path: "text.txt", mode: "100644", type: "blob", content: "text 🐘\n" },
      { path: "README.md", mode: "100644", type: "blob", sha: null },
    ],
  });
  const { data: commit } = await octokit.request("POST /repos/{owner}/{repo}/git/commits", {
    ...repo,
    message: "Made over the API",
    tree: tree.sha,
    parents: [parent],
  });
  const ref = { ...repo, ref: "refs/heads/made", sha: commit.sha };
  await octokit.request("POST /repos/{owner}/{repo}/git/refs", ref);
  await refuses(octokit.request("POST /repos/{owner}/{repo}/git/refs", ref), 422, /already exists/);
  assert.equal(await git(it.path, "ls-tree", "-r", "--name-only", "made"), "bin/data\ntext.txt");
  assert.equal(await git(it.path, "show", "made:text.txt"), "text 🐘");
  assert.equal(await git(it.path, "fsck", "--strict", "--no-dangling"), "");
  const { data: file } = await octokit.request("GET /repos/{owner}/{repo}/contents/{path}", {
    ...repo,
    path: "text.txt",
    ref: "made",
  });
  assert.equal(Buffer.from((file as { content: string }).content, "base64").toString(), "text 🐘\n");
  await octokit.request("PATCH /repos/{owner}/{repo}/git/refs/{ref}", {
    ...repo,
    ref: "heads/made",
    sha: parent,
    force: true,
  });
  await refuses(
    octokit.request("PATCH /repos/{owner}/{repo}/git/refs/{ref}", {
      ...repo,
      ref: "heads/made",
      sha: blob.sha,
    }),
    422,
    /Object does not exist/,
  );
  await octokit.request("DELETE /repos/{owner}/{repo}/git/refs/{ref}", { ...repo, ref: "heads/made" });
  await refuses(
    octokit.request("GET /repos/{owner}/{repo}/git/ref/{ref}", { ...repo, ref: "heads/made" }),
    404,
    /Not Found/,
  );
});
