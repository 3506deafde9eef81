import assert from "node:assert/strict";
import { test } from "node:test";
import { APIUserAbortError, NotFoundError, Tembo, TemboError } from "../index.ts";
import { answerJson, startRecordingServer } from "../testing/recording-server.ts";

/** Starts a server with three pages of two items, with cursors of the v1 generation. */
function startPages() {
  return startRecordingServer(({ url }, response) => {
    const number = Number(new URL(url, "http://x").searchParams.get("cursor") ?? 0);
    const items = [{ id: `${number}a` }, { id: `${number}b` }];
    answerJson(response, 200, { items, nextCursor: number === 2 ? null : String(number + 1) });
  });
}

const clientOf = (baseURL: string) => new Tembo({ apiKey: "k", baseURL, maxRetries: 0 });

async function idsOf(items: AsyncIterable<{ id: string }>): Promise<string[]> {
  const ids: string[] = [];
  for await (const { id } of items) ids.push(id);
  return ids;
}

test("iterates over all pages of a list with the same filters and headers", async () => {
  await using server = await startPages();
  const list = clientOf(server.url).skills.list({ search: "x", limit: 2 }, { headers: { "x-one": "1" } });
  assert.deepEqual(await idsOf(list), ["0a", "0b", "1a", "1b", "2a", "2b"]);
  assert.deepEqual(
    server.requests.map(({ url }) => url),
    [
      "/v1/skills?search=x&limit=2",
      "/v1/skills?search=x&limit=2&cursor=1",
      "/v1/skills?search=x&limit=2&cursor=2",
    ],
  );
  assert.ok(server.requests.every(({ headers }) => headers["x-one"] === "1"));
});

test("requests no further page after a break", async () => {
  await using server = await startPages();
  for await (const { id } of clientOf(server.url).apiKeys.list()) if (id === "0b") break;
  assert.equal(server.requests.length, 1);
});

test("returns a page as the server sent it, with access to the next page", async () => {
  await using server = await startPages();
  const first = await clientOf(server.url).apiKeys.list();
  assert.deepEqual(Object.keys(first), ["items", "nextCursor"]);
  assert.equal(JSON.stringify(first), '{"items":[{"id":"0a"},{"id":"0b"}],"nextCursor":"1"}');
  assert.ok(first.hasNextPage());
  const last = await (await first.nextPage()).nextPage();
  assert.deepEqual(
    last.items.map(({ id }) => id),
    ["2a", "2b"],
  );
  assert.ok(!last.hasNextPage());
  await assert.rejects(last.nextPage(), TemboError);
  assert.equal(server.requests.length, 3);
});

test("pages() yields the pages, from the promise and from a page", async () => {
  await using server = await startPages();
  const list = clientOf(server.url).apiKeys.list();
  const sizes: number[] = [];
  for await (const page of list.pages()) sizes.push(page.items.length);
  for await (const page of (await list).pages()) sizes.push(page.items.length);
  assert.deepEqual(sizes, [2, 2, 2, 2, 2, 2]);
});

test("iterates over the numbered pages of the legacy API", async () => {
  await using server = await startRecordingServer(({ url }, response) => {
    const currentPage = Number(new URL(url, "http://x").searchParams.get("page") ?? 1);
    answerJson(response, 200, {
      sessions: [{ id: String(currentPage) }],
      meta: { currentPage, hasNext: currentPage < 3 },
    });
  });
  assert.deepEqual(await idsOf(clientOf(server.url).session.list({ page: 2 })), ["2", "3"]);
  assert.equal(server.requests[0]!.url, "/session/list?page=2");
});

test("iterates over an unpaginated list, regardless of its field's name", async () => {
  await using server = await startRecordingServer(({ url }, response) => {
    const key = url.startsWith("/repository")
      ? "codeRepositories"
      : url.startsWith("/task")
        ? "issues"
        : "items";
    answerJson(response, 200, { [key]: [{ id: key }], meta: { hasNext: false, currentPage: 1 } });
  });
  const client = clientOf(server.url);
  assert.deepEqual(await idsOf(client.repository.list()), ["codeRepositories"]);
  assert.deepEqual(await idsOf(client.task.list()), ["issues"]);
  assert.deepEqual(await idsOf(client.sessions.permissions.list("s1")), ["items"]);
});

test("throws from the loop when the request for a page fails", async () => {
  await using server = await startRecordingServer((_, response, index) =>
    index === 0
      ? answerJson(response, 200, { items: [{ id: "a" }], nextCursor: "1" })
      : answerJson(response, 404, { error: "Gone." }),
  );
  const items = clientOf(server.url).apiKeys.list()[Symbol.asyncIterator]();
  assert.equal((await items.next()).value?.id, "a");
  await assert.rejects(items.next(), NotFoundError);
});

test("the signal ends the loop between two pages", async () => {
  const controller = new AbortController();
  await using server = await startPages();
  const items = clientOf(server.url)
    .apiKeys.list(null, { signal: controller.signal })
    [Symbol.asyncIterator]();
  await items.next();
  await items.next();
  controller.abort();
  await assert.rejects(items.next(), APIUserAbortError);
  assert.equal(server.requests.length, 1);
});

test("throws if a page repeats the cursor, or if the response is not a list", async () => {
  await using round = await startRecordingServer((_, response) =>
    answerJson(response, 200, { items: [{ id: "a" }], nextCursor: "1" }),
  );
  await assert.rejects(idsOf(clientOf(round.url).apiKeys.list()), /same cursor twice/);
  assert.equal(round.requests.length, 2);
  await using other = await startRecordingServer((_, response, index) =>
    answerJson(response, 200, index === 0 ? { hello: 1 } : "hello"),
  );
  await assert.rejects(idsOf(clientOf(other.url).apiKeys.list()), /base URL/);
  await assert.rejects(clientOf(other.url).apiKeys.list(), /base URL/);
});
