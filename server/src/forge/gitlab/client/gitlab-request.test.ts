import assert from "node:assert/strict";
import { test } from "node:test";
import { ForgeOutage, renewAlone } from "../../../core/forges/index.ts";
import { httpsRemote } from "../../testing/https-remote.ts";
import { rejects } from "../../testing/rejects.ts";
import { gitlabUnderTest } from "../testing/fake-under-test.ts";
import { apiPath, formatQuery } from "./gitlab-request.ts";

test("waits once for a short rate limit", async (t) => {
  const { forge, fake } = await gitlabUnderTest(t);
  let refusals = 0;
  fake.interrupt = () =>
    refusals++ === 0 ? { status: 429, body: "Retry later", headers: { "retry-after": "0" } } : null;
  assert.equal((await forge.account()).login, "group_7_bot_0a1b");
  assert.equal(refusals, 2);
});

test("attempts a rate-limited request twice, and then reports when the limit resets", async (t) => {
  const { forge, fake } = await gitlabUnderTest(t);
  fake.interrupt = () => ({ status: 429, body: "Retry later", headers: { "retry-after": "0" } });
  await rejects(forge.account(), "forge_failed", /rate limit is exhausted until 20/);
  assert.equal(fake.asked.length, 2);
});

test("does not wait for a long rate limit", async (t) => {
  const { forge, fake } = await gitlabUnderTest(t);
  const resetSeconds = Math.ceil(Date.now() / 1000) + 3600;
  const headers = { "ratelimit-reset": String(resetSeconds) };
  fake.interrupt = () => ({ status: 429, body: { message: "429 Too Many Requests" }, headers });
  const until = new Date(resetSeconds * 1000).toISOString();
  await rejects(forge.account(), "forge_failed", new RegExp(until));
  assert.equal(fake.asked.length, 1);
});

test("retries a read after a server error, but not a write", async (t) => {
  const { forge, fake, repository, writer } = await gitlabUnderTest(t);
  const number = await writer.openIssue({ title: "It breaks", body: "" });
  let broken = 0;
  fake.interrupt = () => (broken++ === 0 ? { status: 502, body: "<html>Bad gateway</html>" } : null);
  assert.equal((await forge.findIssue(repository, number))?.title, "It breaks");
  assert.equal(fake.asked.length, 2);
  broken = 0;
  fake.asked.length = 0;
  const written = forge.comment(repository, { kind: "issue", number }, "Looking");
  await rejects(
    written,
    "forge_failed",
    /could not comment on issue 1 of acme\/tools\/app \(status 502\)\.$/,
  );
  assert.equal(fake.asked.length, 1);
});

test("does not follow a redirect to another host, which would receive the token", async (t) => {
  const { forge, fake } = await gitlabUnderTest(t);
  const elsewhere = await gitlabUnderTest(t);
  fake.interrupt = () => ({ status: 302, body: "", headers: { location: `${elsewhere.fake.apiUrl}/user` } });
  await rejects(forge.account(), "forge_failed", /redirects to http:\/\/127\.0\.0\.1/);
  assert.deepEqual(elsewhere.fake.asked, []);
});

test("follows one redirect on the same host for a read", async (t) => {
  const { forge, fake } = await gitlabUnderTest(t);
  const location = `${fake.apiUrl}/user`;
  let moved = 0;
  fake.interrupt = () => (moved++ === 0 ? { status: 301, body: "", headers: { location } } : null);
  assert.equal((await forge.account()).login, "group_7_bot_0a1b");
  fake.interrupt = () => ({ status: 301, body: "", headers: { location } });
  await rejects(forge.account(), "forge_failed", /redirects/);
});

test("reports the URL of a server that does not respond", async (t) => {
  const { adapter, fake } = await gitlabUnderTest(t);
  const forge = adapter.connect({
    webUrl: "http://127.0.0.1:1",
    apiUrl: "http://127.0.0.1:1/api/v4",
    credential: { type: "token", token: "x", username: null },
    renew: renewAlone,
  });
  await rejects(forge.account(), "forge_failed", /GitLab at http:\/\/127\.0\.0\.1:1 does not respond/);
  await assert.rejects(forge.account(), ForgeOutage);
  assert.deepEqual(fake.asked, []);
});

test("rejects an HTML page returned instead of JSON", async (t) => {
  const { forge, fake } = await gitlabUnderTest(t);
  fake.interrupt = () => ({ body: "<html>Sign in</html>" });
  await rejects(
    forge.account(),
    "forge_failed",
    /a web page instead of JSON\. Check the integration's API URL/,
  );
  assert.equal((await forge.test()).isHealthy, false);
});

test("rejects a response without a required field, and reports the field's name", async (t) => {
  const { forge, fake } = await gitlabUnderTest(t);
  fake.interrupt = () => ({ body: { id: 1, username: "ada", more: {} } });
  assert.equal((await forge.account()).login, "ada", "control: accepts an unknown field");
  fake.interrupt = () => ({ body: { id: 1, more: {} } });
  const wanted = /GitLab's response to "GET user" has an unexpected format \(username: .+URL/;
  await rejects(forge.account(), "forge_failed", wanted);
});

test("finds a repository and its clone URL on a GitLab instance under a path", async (t) => {
  const { forge, repository, fake } = await gitlabUnderTest(t, { prefix: "/gitlab" });
  assert.equal((await forge.findRepository(repository))?.name, "app");
  const { url } = await httpsRemote(forge, repository);
  assert.equal(url, `${fake.url}/acme/tools/app.git`);
  assert.ok(fake.url.endsWith("/gitlab"));
});

test("finds a project by its path if its ID is unknown", async (t) => {
  const { forge, repository, fake } = await gitlabUnderTest(t);
  const found = await forge.findRepository({ ...repository, externalId: null });
  assert.equal(found?.externalId, repository.externalId);
  assert.deepEqual(fake.asked, ["GET projects/acme%2Ftools%2Fapp"]);
});

test("formats a query with GitLab's array syntax", () => {
  const query = formatQuery({ source_branch: "a/b", refs: ["1", "2"], per_page: 5, page: undefined });
  assert.equal(query, "source_branch=a%2Fb&refs%5B%5D=1&refs%5B%5D=2&per_page=5");
});

test("encodes each path value as one segment", () => {
  assert.equal(apiPath`projects/${"acme/app"}/hooks/${7}`, "projects/acme%2Fapp/hooks/7");
  assert.equal(apiPath`users/${"../a?b#c\\d"}`, "users/..%2Fa%3Fb%23c%5Cd");
});
