import assert from "node:assert/strict";
import { test } from "node:test";
import { appKey } from "../testing/app-key.ts";
import { startFakeGithub, token } from "../testing/fake-github.ts";
import { type Shown, shownAnswer } from "../testing/shown-answer.ts";
import { neededPermissions } from "./permissions.ts";

const show = "GET /app/installations/{installation_id}";
const installation = shownAnswer(show) as Shown;
const mint = "POST /app/installations/{installation_id}/access_tokens";
const minted = () => ({ status: 201, body: { token: "ghs_1", expires_at: "2099-01-01T00:00:00Z" } });

test("reports an App's missing permissions and the level that it has", async (t) => {
  const github = await startFakeGithub(t, {
    [mint]: minted,
    [show]: ({ nth, headers }) => {
      assert.match(String(headers.authorization), /^Bearer ey/);
      const all = { ...neededPermissions, contents: "admin" };
      return {
        body: {
          ...installation,
          permissions: nth === 1 ? { ...all, pull_requests: "read", checks: undefined } : all,
          suspended_at: nth === 3 ? "2026-01-02T03:04:05Z" : null,
        },
      };
    },
  });
  const forge = github.connect(appKey());
  const lacking = await forge.test();
  assert.equal(lacking.isHealthy, false);
  assert.match(
    lacking.message,
    /lacks permissions in octocat: checks: read \(has none\), pull_requests: write \(has read\)\./,
  );
  const granted = await forge.test();
  assert.equal(granted.isHealthy, true);
  assert.match(granted.message, /Without "workflows: write"/);
  assert.match((await forge.test()).message, /suspended/);
});

test("checks the scopes of a classic token", async (t) => {
  const scopes = ["repo, workflow", "repo", "public_repo", "gist, read:org", ""];
  const github = await startFakeGithub(t, {
    "GET /user": ({ nth }) => ({
      headers: { "x-oauth-scopes": scopes[nth - 1] ?? "" },
      body: shownAnswer("GET /user"),
    }),
  });
  const forge = github.connect();
  const results = [];
  for (const _ of scopes) results.push(await forge.test());
  assert.deepEqual(
    results.map(({ isHealthy }) => isHealthy),
    [true, true, false, false, false],
  );
  const messages = results.map(({ message }) => message);
  assert.doesNotMatch(messages[0]!, /workflow/);
  assert.match(messages[1]!, /Without the scope "workflow"/);
  assert.match(messages[2]!, /lacks the scope repo .*public repositories only/);
  assert.match(messages[3]!, /it has gist, read:org/);
  assert.match(messages[4]!, /it has none/);
});

test("probes a fine-grained token, and reports what it cannot read", async (t) => {
  const refused = { status: 403, body: { message: "Resource not accessible by personal access token" } };
  const [shown] = shownAnswer("GET /user/repos") as Shown[];
  const pushable = { ...shown, permissions: { admin: false, push: true, pull: true } };
  const github = await startFakeGithub(t, {
    "GET /user/repos": ({ nth }) => ({ body: nth === 1 ? [] : nth === 2 ? [shown] : [shown, pushable] }),
    "GET /repos/{owner}/{repo}/issues": ({ nth }) =>
      nth === 1 ? refused : { status: 410, body: { message: "Off" } },
    "GET /repos/{owner}/{repo}/hooks": ({ nth }) =>
      nth === 1 ? { status: 404, body: { message: "Not Found" } } : null,
  });
  const forge = github.connect(token("github_pat_1"));
  assert.match((await forge.test()).message, /cannot access any repository/);
  assert.match((await forge.test()).message, /cannot push to any/);
  const lacking = await forge.test();
  assert.equal(lacking.isHealthy, false);
  assert.match(lacking.message, /lacks permissions in octocat\/Hello-World: Issues, Webhooks\./);
  const { isHealthy, message } = await forge.test();
  assert.equal(isHealthy, true);
  assert.match(message, /first pull request/);
});

test("reports an exhausted rate limit instead of a missing permission", async (t) => {
  const [shown] = shownAnswer("GET /user/repos") as Shown[];
  const github = await startFakeGithub(t, {
    "GET /user/repos": () => ({ body: [{ ...shown, permissions: { push: true } }] }),
    "GET /repos/{owner}/{repo}/pulls": () => ({
      status: 403,
      headers: { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "4102444800" },
      body: { message: "API rate limit exceeded" },
    }),
  });
  const { isHealthy, message } = await github.connect().test();
  assert.equal(isHealthy, false);
  assert.match(message, /rate limit is exhausted until 2100-01-01/);
});

test("reports a revoked token", async (t) => {
  const github = await startFakeGithub(t);
  const { isHealthy, message } = await github.connect(token("revoked")).test();
  assert.equal(isHealthy, false);
  assert.match(message, /rejected the integration's token.*Bad credentials/);
});
