import assert from "node:assert/strict";
import { test } from "node:test";
import { renewAlone } from "../../../core/forges/index.ts";
import { type GitlabUnderTest, gitlabUnderTest } from "../testing/fake-under-test.ts";

const connect = ({ adapter, fake }: GitlabUnderTest, token: string) =>
  adapter.connect({
    webUrl: fake.url,
    apiUrl: fake.apiUrl,
    credential: { type: "token", token, username: null },
    renew: renewAlone,
  });

test("reports the missing scope", async (t) => {
  const it = await gitlabUnderTest(t);
  const { isHealthy, message } = await connect(it, it.fake.addToken(it.bot, ["read_api"])).test();
  assert.equal(isHealthy, false);
  assert.match(message, /lacks the scope "api" \(it has: read_api\)/);
});

test("reports the missing role and the project that requires it", async (t) => {
  const reporter = await gitlabUnderTest(t, { level: 20 });
  const may = await reporter.forge.test();
  assert.equal(may.isHealthy, false);
  assert.match(may.message, /must be Developer or higher, and Maintainer for webhooks, on acme\/tools\/app/);
  const developer = await gitlabUnderTest(t, { level: 30 });
  const hooks = await developer.forge.test();
  assert.equal(hooks.isHealthy, false);
  assert.match(hooks.message, /must be Maintainer on acme\/tools\/app/);
});

test("reports a healthy connection if one project is usable, and lists projects in which the role is too low", async (t) => {
  const it = await gitlabUnderTest(t);
  const other = await it.fake.addProject("acme/docs");
  other.members.set(it.bot.id, 20);
  const { isHealthy, message } = await it.forge.test();
  assert.equal(isHealthy, true);
  assert.match(message, /cannot push to acme\/docs/);
  assert.doesNotMatch(message, /personal account/);
});

test("accepts a personal token, but recommends a group access token", async (t) => {
  const it = await gitlabUnderTest(t);
  const person = it.fake.users.find(({ username }) => username === it.writer.login)!;
  const { isHealthy, message } = await connect(it, it.fake.addToken(person)).test();
  assert.equal(isHealthy, true);
  assert.match(message, /personal account\. Use a group access token/);
});

test("reports an account that is not a member of any project", async (t) => {
  const it = await gitlabUnderTest(t);
  const { isHealthy, message } = await connect(it, it.fake.addToken(it.fake.addUser("lonely", true))).test();
  assert.equal(isHealthy, false);
  assert.match(message, /"lonely" is not a member of any project/);
});

test("returns the remaining rate limit", async (t) => {
  const { forge } = await gitlabUnderTest(t);
  const limit = await forge.rateLimit();
  assert.deepEqual(
    [limit?.core.limit, limit?.core.remaining, limit?.core.used, limit?.graphql],
    [2000, 1999, 1, null],
  );
  assert.ok(limit!.core.resetAt.getTime() > Date.now());
});
