import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { z } from "zod";
import { renewAlone } from "../../../core/forges/index.ts";
import { testOutbound } from "../../../outbound/testing/test-outbound.ts";
import { rejects } from "../../testing/rejects.ts";
import { gitlabUnderTest } from "../testing/fake-under-test.ts";
import { createGitlabClient } from "./gitlab-client.ts";

const item = z.object({ id: z.number() });

/** Creates a client for a fake with one item per page. After each page, the `link` header contains `nextPage`. */
async function endlessList(t: TestContext, nextPage: (page: number) => number) {
  const { fake, bot } = await gitlabUnderTest(t);
  fake.interrupt = () => {
    const page = fake.asked.length;
    const link = `<${fake.apiUrl}/items?page=${nextPage(page)}&per_page=1>; rel="next"`;
    return { body: [{ id: page }], headers: { link } };
  };
  const connection = {
    webUrl: fake.url,
    apiUrl: fake.apiUrl,
    credential: { type: "token", token: fake.addToken(bot), username: null },
    renew: renewAlone,
  } as const;
  const log = { info() {}, warn() {}, error() {} };
  return createGitlabClient(connection, { log, fetch: testOutbound().fetch });
}

test("reads at most the requested number of pages, and never more than 20", async (t) => {
  const client = await endlessList(t, (page) => page + 1);
  const request = { path: "items", query: { per_page: 1 } };
  assert.deepEqual(await client.list(item, request, 3), [{ id: 1 }, { id: 2 }, { id: 3 }]);
  const all = await (await endlessList(t, (page) => page + 1)).list(item, request);
  assert.equal(all.length, 20);
});

test("rejects a list if its next page number is not higher", async (t) => {
  const client = await endlessList(t, (page) => page);
  await rejects(client.list(item, { path: "items" }), "forge_failed", /which does not point beyond page 1/);
});

test("rejects an object in place of a list", async (t) => {
  const { forge, fake, repository } = await gitlabUnderTest(t);
  fake.interrupt = () => ({ body: { message: "no list" } });
  await rejects(
    forge.checkResults(repository, "a".repeat(40)),
    "forge_failed",
    /unexpected format \(the response: /,
  );
});

test("rejects a response with more list items than GitLab returns", async (t) => {
  const { forge, fake, repository } = await gitlabUnderTest(t);
  fake.interrupt = () => ({ body: [{ labels: new Array(200_000).fill(0) }] });
  const found = forge.findPullRequest(repository, "head", "base");
  await rejects(found, "forge_failed", /unexpected format \(it has more than 50000 list items\)/);
});
