import assert from "node:assert/strict";
import { test } from "node:test";
import { httpsRemote } from "../../testing/https-remote.ts";
import { rejects } from "../../testing/rejects.ts";
import { type FakeScript, startFakeGithub } from "../testing/fake-github.ts";
import { type Shown, shownAnswer } from "../testing/shown-answer.ts";

const repository = { id: "r", externalId: "1296269", owner: "octocat", name: "Old-Name" };
const moved = (id: number, rest: string) => ({
  status: 301,
  headers: { location: `/repositories/${id}${rest}` },
  body: {
    message: "Moved Permanently",
    url: `/repositories/${id}`,
    documentation_url: "https://docs.github.com",
  },
});
const pulls = "GET /repos/{owner}/{repo}/pulls";
const isOld = (url: URL) => url.pathname.includes("/Old-Name");

test("finds a renamed repository by its ID, and uses the new name for later requests", async (t) => {
  const github = await startFakeGithub(t, {
    [pulls]: ({ url }) => (isOld(url) ? moved(1296269, "/pulls") : null),
  });
  const forge = github.connect();
  assert.equal((await forge.findPullRequest(repository, "new-topic", "master"))?.number, 1347);
  assert.equal((await forge.findPullRequest(repository, "new-topic", "master"))?.number, 1347);
  const query = (name: string) => `GET /repos/octocat/${name}/pulls`;
  assert.deepEqual(
    github.asked().map((asked) => asked.split("?")[0]),
    [query("Old-Name"), "GET /repositories/1296269", query("Hello-World"), query("Hello-World")],
  );
});

test("finds a repository whose old name no longer exists, even for a write request", async (t) => {
  const gone: FakeScript[string] = ({ url }) =>
    isOld(url) ? { status: 404, body: { message: "Not Found" } } : null;
  const github = await startFakeGithub(t, {
    "POST /repos/{owner}/{repo}/issues/{issue_number}/comments": gone,
  });
  const made = await github.connect().comment(repository, { kind: "issue", number: 7 }, "hi");
  assert.equal(made.body, "Me too");
});

test("returns null if an item is missing but its repository still exists", async (t) => {
  const none = { status: 404, body: { message: "Not Found" } };
  const github = await startFakeGithub(t, { "GET /repos/{owner}/{repo}/pulls/{pull_number}": () => none });
  const forge = github.connect();
  assert.equal(await forge.findPullRequestByNumber({ ...repository, name: "Hello-World" }, 7), null);
  assert.equal(github.requests.length, 2);
  assert.equal(await forge.findPullRequestByNumber({ ...repository, externalId: null }, 7), null);
});

test("returns null for a renamed branch instead of following GitHub's redirect", async (t) => {
  const github = await startFakeGithub(t, {
    "GET /repos/{owner}/{repo}/branches/{branch}": () => moved(1296269, "/branches/main"),
  });
  assert.equal(await github.connect().findBranch({ ...repository, name: "Hello-World" }, "master"), null);
});

test("requests the clone URL once and ignores an outdated repository name", async (t) => {
  const github = await startFakeGithub(t, {
    "GET /repos/{owner}/{repo}": ({ url }) =>
      isOld(url)
        ? moved(1296269, "")
        : {
            body: {
              ...(shownAnswer("GET /repos/{owner}/{repo}") as Shown),
              clone_url: `${url.origin}/git/octocat/Hello-World.git`,
            },
          },
  });
  const forge = github.connect();
  assert.match((await httpsRemote(forge, repository)).url, /\/git\/octocat\/Hello-World\.git$/);
  await forge.remote(repository);
  assert.equal(github.requests.length, 3);
});

test("rejects a clone URL that is not on the integration's host", async (t) => {
  for (const cloneUrl of [
    "/var/lib/tembo/forge/acme/vault.git",
    "ext::sh -c id",
    "http://127.0.0.2:1/x.git",
  ]) {
    const github = await startFakeGithub(t, {
      "GET /repos/{owner}/{repo}": () => ({
        body: { ...(shownAnswer("GET /repos/{owner}/{repo}") as Shown), clone_url: cloneUrl },
      }),
    });
    await assert.rejects(github.connect().remote(repository), { code: "forge_failed" }, cloneUrl);
  }
});

test("reports GraphQL errors in a response with a success status", async (t) => {
  const github = await startFakeGithub(t, {
    "POST /api/graphql": () => ({
      body: {
        data: null,
        errors: [{ type: "FORBIDDEN", message: "Resource not accessible by integration" }],
      },
    }),
  });
  const asked = github.connect().updatePullRequest(repository, 1347, { isDraft: true });
  await rejects(asked, "forge_failed", /a draft.*Resource not accessible/);
});

test("reports when an exhausted GraphQL rate limit resets", async (t) => {
  const github = await startFakeGithub(t, {
    "POST /api/graphql": () => ({
      headers: { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "4102444800" },
      body: { errors: [{ type: "RATE_LIMITED", message: "API rate limit exceeded" }] },
    }),
  });
  const asked = github.connect().updatePullRequest(repository, 1347, { isDraft: true });
  await rejects(asked, "forge_failed", /rate limit is exhausted until 2100-01-01/);
});

test("rejects a response of an unexpected shape", async (t) => {
  const github = await startFakeGithub(t, { "GET /user": () => ({ body: { login: 5 } }) });
  await rejects(github.connect().account(), "forge_failed", /unexpected format: id/);
  assert.notDeepEqual(github.violations, []);
});
