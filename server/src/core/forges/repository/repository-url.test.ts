import assert from "node:assert/strict";
import { test } from "node:test";
import { parseLocalRepositoryUrl, repositoryKey, repositoryUrl } from "./repository-url.ts";

test("derives the same key from different spellings of a URL", () => {
  for (const text of [
    "https://github.com/org/repo",
    "https://github.com/org/repo.git",
    "https://github.com/org/repo/",
    "http://user:secret@GitHub.com/Org/Repo.git/",
    "git@github.com:org/repo.git",
    "ssh://git@github.com/org/repo",
  ]) {
    assert.equal(repositoryKey(text), "github.com/org/repo", text);
  }
});

test("derives different keys from URLs with different hosts, ports or paths", () => {
  const keys = [
    "https://a.example/o/r",
    "https://b.example/o/r",
    "https://a.example:8443/o/r",
    "https://a.example/o/r2",
  ];
  assert.equal(new Set(keys.map(repositoryKey)).size, keys.length);
});

test("returns null for text that is not a URL", () => {
  for (const text of [
    "",
    "repo",
    "org/repo",
    "/srv/git/repo",
    "https://",
    "https://host",
    "file:///etc",
    "javascript:1",
  ]) {
    assert.equal(repositoryKey(text), null, text);
  }
});

test("parses the owner and the name from a local forge URL", () => {
  const publicUrl = "http://127.0.0.1:3000";
  assert.deepEqual(parseLocalRepositoryUrl(publicUrl, "http://127.0.0.1:3000/git/org/app.git"), {
    owner: "org",
    name: "app",
  });
  assert.equal(parseLocalRepositoryUrl(publicUrl, "http://127.0.0.1:3001/git/org/app.git"), null);
  assert.equal(parseLocalRepositoryUrl(publicUrl, "http://127.0.0.1:3000/git/org"), null);
});

test("returns the URL that a repository was connected by, or its local forge URL", () => {
  const local = { owner: "org", name: "app", connectedUrl: null };
  assert.equal(repositoryUrl("http://h:1", local), "http://h:1/git/org/app.git");
  assert.equal(
    repositoryUrl("http://h:1", { ...local, connectedUrl: "https://github.com/org/app" }),
    "https://github.com/org/app",
  );
});
