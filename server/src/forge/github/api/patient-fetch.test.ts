import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { ForgeOutage, renewAlone } from "../../../core/forges/index.ts";
import { testOutbound } from "../../../outbound/testing/test-outbound.ts";
import { rejects } from "../../testing/rejects.ts";
import { createGithubForge } from "../github-forge.ts";
import { startFakeGithub, token } from "../testing/fake-github.ts";

const repository = { id: "r", externalId: "1296269", owner: "octocat", name: "Hello-World" };
const route = "GET /repos/{owner}/{repo}/pulls/{pull_number}";
const write = "POST /repos/{owner}/{repo}/issues/{issue_number}/comments";
const thread = { kind: "issue", number: 7 } as const;
const now = new Date("2026-01-02T03:04:05Z");
const clock = { now: () => now };
const seconds = (from: Date, more: number) => String(Math.floor(from.getTime() / 1000) + more);
const forbidden = (headers: Record<string, string>, message = "API rate limit exceeded") => ({
  status: 403,
  headers,
  body: { message },
});

test("reports when an exhausted rate limit resets, without waiting", async (t) => {
  const github = await startFakeGithub(t, {
    [route]: () => forbidden({ "x-ratelimit-remaining": "0", "x-ratelimit-reset": seconds(now, 600) }),
  });
  const asked = github.connect(token("good"), clock).findPullRequestByNumber(repository, 7);
  await rejects(asked, "forge_failed", /rate limit is exhausted until 2026-01-02T03:14:05.000Z/);
  assert.equal(github.requests.length, 1);
});

test("assumes a delay of one minute for a secondary rate limit without headers", async (t) => {
  const github = await startFakeGithub(t, {
    [write]: () => forbidden({}, "You have exceeded a secondary rate limit."),
  });
  const asked = github.connect(token("good"), clock).comment(repository, thread, "hi");
  await rejects(asked, "forge_failed", /until 2026-01-02T03:05:05.000Z/);
});

test("waits once for a rate limit that resets within seconds, even for a write request", async (t) => {
  const github = await startFakeGithub(t, {
    [write]: ({ nth }) => (nth === 1 ? { ...forbidden({ "retry-after": "0" }), status: 429 } : null),
    [route]: () => ({ ...forbidden({ "retry-after": "0" }), status: 429 }),
  });
  const forge = github.connect(token("good"), clock);
  assert.equal((await forge.comment(repository, thread, "hi")).body, "Me too");
  assert.equal(github.requests.length, 2);
  await rejects(forge.findPullRequestByNumber(repository, 7), "forge_failed", /rate limit is exhausted/);
  assert.equal(github.requests.length, 4);
});

test("does not treat a missing permission as a rate limit", async (t) => {
  const github = await startFakeGithub(t, {
    [route]: () => forbidden({ "x-ratelimit-remaining": "4999" }, "Resource not accessible by integration"),
  });
  const asked = github.connect().findPullRequestByNumber(repository, 7);
  await rejects(asked, "forge_unauthorized", /lacks a permission.*Resource not accessible/);
});

test("attempts a read three times after a server error or a lost connection, but a write only once", async (t) => {
  const broken = { status: 502, body: "Bad gateway" };
  const github = await startFakeGithub(t, {
    [route]: ({ nth }) => [broken, { status: 0 }][nth - 1] ?? null,
    [write]: () => broken,
    "GET /user": () => broken,
  });
  const forge = github.connect();
  assert.equal((await forge.findPullRequestByNumber(repository, 7))?.number, 1347);
  assert.equal(github.requests.length, 3);
  await rejects(forge.comment(repository, thread, "hi"), "forge_failed", /status 502/);
  assert.equal(github.requests.length, 4);
  await rejects(forge.account(), "forge_failed", /status 502/);
  assert.equal(github.requests.length, 7);
});

test("reports a forge that does not respond", async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  const forge = createGithubForge({
    log: { info() {}, warn() {}, error() {} },
    fetch: testOutbound().fetch,
  }).connect({
    webUrl: `http://127.0.0.1:${port}`,
    apiUrl: `http://127.0.0.1:${port}/api/v3`,
    credential: token("good"),
    renew: renewAlone,
  });
  await rejects(forge.account(), "forge_failed", /did not respond.*ECONNREFUSED/);
  await assert.rejects(forge.account(), ForgeOutage);
});

test("rejects a response that is too large", async (t) => {
  const github = await startFakeGithub(t, {
    "GET /user": () => ({ body: "x".repeat(25_000_001) }),
    "GET /rate_limit": () => ({ body: "x".repeat(24_999_999) }),
  });
  await rejects(
    github.connect().account(),
    "forge_failed",
    /^GitHub's response exceeds the limit of 25000000 bytes\. If .*for Tembo\.$/,
  );
  assert.equal(github.requests.length, 1);
  await rejects(github.connect().rateLimit(), "forge_failed", /unexpected format/);
});
