import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type TestContext, test } from "node:test";
import { createEgressProxy } from "../../../broker/egress/create-egress-proxy.ts";
import { AppError } from "../../../core/base/index.ts";
import type { ForgeEvent, ForgeEventType } from "../../../core/forges/index.ts";
import { asPerson, makeStarted } from "../testing/local-forge-fixture.ts";
import { git } from "../testing/repository-fixture.ts";
import { HookDeliveries } from "./hook-deliveries.ts";
import type { LocalDelivery } from "./publish.ts";
import { readWebhook } from "./read-webhook.ts";

const opened = { title: "Fix it", head: "tembo/fix", base: "main" };

/** Starts a forge that records the events delivered to Tembo. */
async function withRecordedDeliveries(t: TestContext) {
  const deliveries: LocalDelivery[] = [];
  const started = await makeStarted(t, { onEvent: async (delivery) => void deliveries.push(delivery) });
  const events = () => deliveries.flatMap((delivery) => readWebhook(delivery));
  return {
    ...started,
    deliveries,
    ask: asPerson(started, started.writer.token),
    of: <T extends ForgeEventType>(type: T) =>
      events().filter((event): event is ForgeEvent & { readonly type: T } => event.type === type),
  };
}

test("reports a push to a pull request's branch with the commits before and after it", async (t) => {
  const { commit, ask, of, deliveries, repository, forge } = await withRecordedDeliveries(t);
  const before = await commit("tembo/fix");
  await ask("POST", "/repos/acme/app/pulls", opened);
  const after = await commit("tembo/fix");
  assert.deepEqual(
    of("pullRequest.synchronized").map(({ pullRequest, actor }) => [pullRequest.headSha, actor?.login]),
    [[after, "ada-lovelace"]],
  );
  const synchronized = deliveries.find(({ body }) => body.includes('"action":"synchronize"'))!;
  const { before: was, after: is } = JSON.parse(synchronized.body.toString());
  assert.deepEqual([was, is, synchronized.repositoryId], [before, after, repository.id]);
  assert.equal(synchronized.headers["x-github-event"], "pull_request");
  await forge.findPullRequestByNumber(repository, 1);
  assert.equal(of("pullRequest.synchronized").length, 1, "a later read reports nothing");
});

test("reports a push that bypassed the server the next time the pull request is read", async (t) => {
  const { commit, write, ask, of, forge, repository, person, path } = await withRecordedDeliveries(t);
  await commit("tembo/fix");
  await ask("POST", "/repos/acme/app/pulls", opened);
  const sha = await write("more.txt");
  await git(person, "push", "--quiet", path, "HEAD:tembo/fix");
  assert.equal(of("pullRequest.synchronized").length, 0);
  await Promise.all([1, 2, 3].map(() => forge.findPullRequest(repository, "tembo/fix", "main")));
  assert.deepEqual(
    of("pullRequest.synchronized").map(({ pullRequest }) => pullRequest.headSha),
    [sha],
  );
});

test("reports a new branch, a force push and a deleted branch", async (t) => {
  const { commit, push, of, person } = await withRecordedDeliveries(t);
  await commit("tembo/fix");
  await git(person, "commit", "--quiet", "--amend", "-m", "Other words");
  await push("--force", "tembo/fix");
  await push(":tembo/fix");
  const mine = <T extends { readonly ref: string }>(events: readonly T[]) =>
    events.filter(({ ref }) => ref === "tembo/fix").length;
  assert.deepEqual([mine(of("ref.created")), mine(of("ref.deleted"))], [1, 1]);
  assert.deepEqual(
    of("branch.pushed")
      .filter(({ branch }) => branch === "tembo/fix")
      .map(({ isForced }) => isForced),
    [false, true],
  );
});

test("closes a pull request when its branch is deleted, and merges it when its commits are pushed to the base", async (t) => {
  const { commit, push, ask, of } = await withRecordedDeliveries(t);
  await commit("tembo/fix");
  await commit("tembo/other", "other.txt");
  await ask("POST", "/repos/acme/app/pulls", opened);
  await ask("POST", "/repos/acme/app/pulls", { ...opened, head: "tembo/other" });
  await push("tembo/other:main");
  assert.deepEqual(
    of("pullRequest.merged").map(({ pullRequest }) => [pullRequest.number, pullRequest.status]),
    [[2, "merged"]],
  );
  await push(":tembo/fix");
  assert.deepEqual(
    of("pullRequest.closed").map(({ pullRequest }) => pullRequest.number),
    [1],
  );
});

test("publishes one event for concurrent requests to open the same pull request", async (t) => {
  const { commit, of, forge, repository } = await withRecordedDeliveries(t);
  await commit("tembo/fix");
  const input = { ...opened, body: "", isDraft: false };
  await Promise.all([1, 2, 3, 4].map(() => forge.createPullRequest(repository, input)));
  assert.equal(of("pullRequest.opened").length, 1);
});

test("publishes an event for each change of a pull request, and none for an update without changes", async (t) => {
  const { commit, of, forge, repository } = await withRecordedDeliveries(t);
  await commit("tembo/fix");
  await forge.createPullRequest(repository, { ...opened, body: "", isDraft: true });
  for (let times = 0; times < 2; times++) {
    await forge.updatePullRequest(repository, 1, { title: "New", labels: ["tembo"], isDraft: false });
    await forge.updatePullRequest(repository, 1, { status: "closed" });
  }
  assert.deepEqual([of("pullRequest.updated").length, of("pullRequest.ready").length], [2, 1]);
  assert.equal(of("pullRequest.closed").length, 1);
  await forge.updatePullRequest(repository, 1, { status: "open" });
  assert.equal(of("pullRequest.reopened").length, 1);
});

test("completes a merge that was interrupted before it was recorded, without merging again", async (t) => {
  const { commit, forge, repository, store, path } = await withRecordedDeliveries(t);
  const headSha = await commit("tembo/fix");
  await forge.createPullRequest(repository, { ...opened, body: "", isDraft: false });
  const { sha } = await forge.mergePullRequest(repository, 1, { method: "squash", headSha });
  const undone = { status: "open", mergedAt: null, closedAt: null, mergedBy: null } as const;
  await store.localForge.pulls.update(repository.id, 1, undone);
  const again = await forge.mergePullRequest(repository, 1, { method: "squash", headSha });
  assert.equal(again.sha, sha);
  assert.equal(await git(path, "rev-list", "--count", "main"), "2");
});

test("reports a renamed repository under its new name and moves its folder", async (t) => {
  const { ask, of, forge, repository } = await withRecordedDeliveries(t);
  await ask("PATCH", "/repos/acme/app", { name: "shop" });
  assert.deepEqual(
    of("repository.renamed").map((event) => [event.repository.name, event.repository.externalId]),
    [["shop", repository.id]],
  );
  assert.deepEqual(await forge.remote(repository), { kind: "local", owner: "acme", name: "shop" });
});

test("does not fail a request if an event listener fails", async (t) => {
  const { commit, url, writer } = await makeStarted(t, {
    onEvent: async () => {
      throw new Error("deaf");
    },
  });
  await commit("tembo/fix");
  const made = await asPerson({ url }, writer.token)("POST", "/repos/acme/app/pulls", opened);
  assert.equal((made as { number: number }).number, 1);
});

test("parses or rejects a malformed delivery, and throws no other error", async (t) => {
  const { commit, ask, deliveries } = await withRecordedDeliveries(t);
  const sha = await commit("tembo/fix");
  await ask("POST", "/repos/acme/app/pulls", opened);
  await ask("POST", "/repos/acme/app/issues", { title: "It breaks" });
  await ask("POST", "/repos/acme/app/issues/2/comments", { body: "Yes" });
  await ask("POST", `/repos/acme/app/statuses/${sha}`, { state: "failure" });
  await ask("POST", "/repos/acme/app/check-runs", { name: "b", head_sha: sha, conclusion: "success" });
  const comments = [{ path: "fix.txt", line: 1, body: "Why?" }];
  await ask("POST", "/repos/acme/app/pulls/1/reviews", { event: "COMMENT", comments });
  assert.equal(new Set(deliveries.map(({ headers }) => headers["x-github-event"])).size, 9);
  let refused = 0;
  for (const delivery of deliveries) {
    const body = JSON.parse(delivery.body.toString());
    for (const [holder, key] of placesIn(body)) {
      const was = holder[key];
      for (const value of [null, -1, 1e300, "", "2026-13-45", {}, [], undefined, "\ud800"]) {
        holder[key] = value;
        try {
          readWebhook({ headers: delivery.headers, body: Buffer.from(JSON.stringify(body)) });
        } catch (error) {
          assert.ok(error instanceof AppError && error.code === "invalid_input", String(error));
          refused++;
        }
      }
      holder[key] = was;
    }
  }
  assert.ok(refused > 500, `control: ${refused} requests were rejected`);
});

/** Returns every object in a body together with each of its keys. Omits keys that end with "_url". */
function placesIn(value: unknown): [Record<string, unknown>, string][] {
  if (typeof value !== "object" || value === null) return [];
  const holder = value as Record<string, unknown>;
  return Object.keys(holder)
    .filter((key) => !key.endsWith("_url"))
    .flatMap((key) => [[holder, key] as [Record<string, unknown>, string], ...placesIn(holder[key])]);
}

/** Starts a webhook endpoint that responds with the statuses in order, and with 204 afterwards. */
async function listen(t: TestContext, statuses: number[]) {
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    let text = "";
    request.on("data", (chunk) => {
      text += chunk;
    });
    request.on("end", () => {
      bodies.push(text);
      response.writeHead(statuses.shift() ?? 204).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  return { bodies, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` };
}

const hookAt = (url: string) => ({
  id: 1,
  repositoryId: "",
  url,
  secret: "s",
  events: ["*"],
  isActive: true,
  createdAt: new Date(),
  updatedAt: new Date(),
});

async function until(isSo: () => boolean): Promise<void> {
  for (let tries = 0; !isSo(); tries++) {
    assert.ok(tries < 1000, "the delivery did not arrive");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

const proxy = createEgressProxy({ log: { info() {}, warn() {}, error() {} }, privateHosts: ["127.0.0.1"] });

test("attempts a failing webhook delivery three times, in order, and then gives up", async (t) => {
  const { bodies, url } = await listen(t, [500, 302, 503, 500]);
  const warned: string[] = [];
  const log = { info() {}, error() {}, warn: (_: object, words: string) => void warned.push(words) };
  const deliveries = new HookDeliveries(log, proxy.sendWebhook, { retriesAfterMs: [1, 1] });
  t.after(() => deliveries.close());
  deliveries.add(hookAt(url), {}, "one");
  deliveries.add(hookAt(url), {}, "two");
  await until(() => bodies.length === 5);
  assert.deepEqual(bodies, ["one", "one", "one", "two", "two"]);
  assert.equal(warned.length, 1);
});

test("a webhook that never responds delays only its own queue, and does not delay shutdown", async (t) => {
  const stuck = createServer(() => undefined);
  await new Promise<void>((resolve) => stuck.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    stuck.closeAllConnections();
    stuck.close();
  });
  const warned: string[] = [];
  const log = { info() {}, error() {}, warn: (_: object, words: string) => void warned.push(words) };
  const deliveries = new HookDeliveries(log, proxy.sendWebhook, { maxWaiting: 2 });
  const url = `http://127.0.0.1:${(stuck.address() as AddressInfo).port}/`;
  for (const text of ["one", "two", "three"]) deliveries.add(hookAt(url), {}, text);
  assert.match(warned.join(), /too slow/);
  const { bodies, url: good } = await listen(t, []);
  deliveries.add({ ...hookAt(good), id: 2 }, {}, "other");
  await until(() => bodies.length === 1);
  await deliveries.close();
});

test("does not send a webhook to a private address unless the operator lists it", async (t) => {
  const { bodies, url } = await listen(t, []);
  const warned: object[] = [];
  const log = { info() {}, error() {}, warn: (fields: object) => void warned.push(fields) };
  const closed = createEgressProxy({ log, privateHosts: [] });
  const refused = new HookDeliveries(log, closed.sendWebhook, { retriesAfterMs: [] });
  for (const [id, to] of [url, "https://127.0.0.1:2/", "https://169.254.169.254/latest/meta-data"].entries())
    refused.add({ ...hookAt(to), id }, {}, "one");
  await until(() => warned.length === 3);
  await refused.close();
  assert.deepEqual(bodies, []);
  assert.match(JSON.stringify(warned), /TEMBO_PRIVATE_HOSTS/);
  const listed = new HookDeliveries(log, proxy.sendWebhook);
  t.after(() => listed.close());
  listed.add(hookAt(url), {}, "one");
  await until(() => bodies.length === 1);
});
