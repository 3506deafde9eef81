import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { AppError } from "../../core/base/index.ts";
import type { ForgeEvent, ForgeEventType, WebhookRequest } from "../../core/forges/index.ts";
import type { ForgeUnderTest, MakeForge } from "./forge-under-test.ts";

const secret = "a-secret-of-the-webhook-0123456789";

export function testWebhooks(name: string, make: MakeForge): void {
  test(`${name}: signs webhooks with the given secret, and rejects all other signatures`, async (t) => {
    const it = await make(t);
    const listener = await listen(t);
    await it.forge.ensureWebhook(it.repository, { url: listener.url, secret });
    await it.commit("tembo/fix");
    await it.writer.openPullRequest({ title: "Mine", head: "tembo/fix", base: "main" });
    const request = await listener.first(it, "pullRequest.opened");
    assert.equal(it.adapter.verifyWebhook(request, secret), true);
    assert.equal(it.adapter.verifyWebhook(request, `${secret}x`), false);
    assert.equal(it.adapter.verifyWebhook(request, ""), false);
    assert.equal(it.adapter.verifyWebhook({ ...request, headers: {} }, secret), false);
    const { deliveryId } = it.adapter.identifyWebhook(request);
    assert.ok(deliveryId === null || deliveryId.length > 0);
    assert.throws(
      () => it.adapter.identifyWebhook({ headers: { "content-type": "application/json" } }),
      (error) => error instanceof AppError && error.code === "invalid_input",
    );
  });

  test(`${name}: keeps one webhook with the latest secret, and removes it`, async (t) => {
    const it = await make(t);
    const listener = await listen(t);
    await it.forge.ensureWebhook(it.repository, { url: listener.url, secret: "an-older-secret-0123456789" });
    await it.forge.ensureWebhook(it.repository, { url: listener.url, secret });
    await it.commit("tembo/fix");
    await it.writer.openPullRequest({ title: "Mine", head: "tembo/fix", base: "main" });
    const request = await listener.first(it, "pullRequest.opened");
    assert.equal(it.adapter.verifyWebhook(request, secret), true);
    await it.forge.removeWebhook(it.repository, { url: listener.url });
    await it.forge.removeWebhook(it.repository, { url: listener.url });
  });

  test(`${name}: sends webhooks for people's actions, which parse as forge events`, async (t) => {
    const it = await make(t);
    const { forge, repository, writer, reviewer = it.reader, commit } = it;
    const listener = await listen(t);
    await forge.ensureWebhook(repository, { url: listener.url, secret });
    const headSha = await commit("tembo/fix", "fix.txt");
    const number = await writer.openPullRequest({ title: "Mine", head: "tembo/fix", base: "main" });
    const opened = await listener.event(it, "pullRequest.opened");
    const openedSha = opened.pullRequest.headSha;
    const isShort = it.can.shortensHead === true && openedSha.length >= 12 && headSha.startsWith(openedSha);
    assert.deepEqual(
      [opened.pullRequest.number, isShort ? headSha : openedSha, opened.actor?.login, opened.repository.name],
      [number, headSha, writer.login, repository.name],
    );
    if (repository.externalId !== null) assert.equal(opened.repository.externalId, repository.externalId);

    await writer.comment({ kind: "pullRequest", number }, "@tembo please");
    const commented = await listener.event(it, "comment.created");
    assert.deepEqual(
      [commented.thread, commented.comment.body, commented.comment.kind, commented.comment.author.id],
      [{ kind: "pullRequest", number }, "@tembo please", "comment", writer.id],
    );
    const listed = await forge.listComments(repository, { kind: "pullRequest", number });
    assert.ok(listed.some(({ id, kind }) => id === commented.comment.id && kind === commented.comment.kind));

    // Forges do not allow authors to request changes to their own pull request.
    await reviewer.review(number, {
      state: "changesRequested",
      body: "Not yet",
      comments: [{ path: "fix.txt", line: 1, body: "Why?" }],
    });
    const isInline = (event: ForgeEvent) =>
      event.type === "comment.created" && event.comment.kind === "inline";
    if (it.can.review) {
      const { review } = await listener.event(it, "review.submitted");
      assert.deepEqual([review.state, review.body], ["changesRequested", "Not yet"]);
    }
    const asked =
      it.can.reportsInlineComments === false && (await forge.eventsSince(repository, opened.at, aMinute()));
    const inline = asked ? asked.find(isInline) : await listener.event(it, "comment.created", isInline);
    assert.ok(inline?.type === "comment.created");
    assert.deepEqual([inline.comment.body, inline.comment.place?.path], ["Why?", "fix.txt"]);
    if (it.can.review) {
      const reviews = asked || [await listener.event(it, "review.submitted")];
      const review = reviews.find((event) => event.type === "review.submitted")?.review;
      assert.equal(inline.comment.reviewId, review?.id);
    }

    await it.setCheck(headSha, { name: "build", state: "failed", log: "broken" });
    const check = await listener.event(it, "check.completed");
    assert.deepEqual([check.sha, check.conclusion], [headSha, "failed"]);

    await writer.merge(number);
    const merged = await listener.event(it, "pullRequest.merged");
    assert.deepEqual([merged.pullRequest.number, merged.pullRequest.status], [number, "merged"]);
  });

  test(`${name}: sends webhooks for issues and closed pull requests`, async (t) => {
    const it = await make(t);
    const { forge, repository, writer, commit } = it;
    const listener = await listen(t);
    await forge.ensureWebhook(repository, { url: listener.url, secret });
    if (it.can.issues) {
      const issue = await writer.openIssue({ title: "It breaks", body: "@tembo fix it" });
      const opened = await listener.event(it, "issue.opened");
      assert.deepEqual([opened.issue.number, opened.issue.body], [issue, "@tembo fix it"]);
      await writer.comment({ kind: "issue", number: issue }, "Any news?");
      const { thread } = await listener.event(it, "comment.created");
      assert.deepEqual(thread, { kind: "issue", number: issue });
    }
    await commit("tembo/fix");
    const number = await writer.openPullRequest({ title: "Mine", head: "tembo/fix", base: "main" });
    await writer.close(number);
    const closed = await listener.event(it, "pullRequest.closed");
    assert.equal(closed.pullRequest.status, "closed");
  });

  test(`${name}: returns opened pull requests and comments by polling, and nothing from before the given time`, async (t) => {
    const it = await make(t);
    const { forge, repository, writer, commit } = it;
    const since = new Date(Date.now() - 60_000);
    await commit("tembo/fix", "fix.txt");
    const number = await writer.openPullRequest({ title: "Mine", head: "tembo/fix", base: "main" });
    await writer.comment({ kind: "pullRequest", number }, "@tembo please");
    const events = await forge.eventsSince(repository, since, AbortSignal.timeout(60_000));
    assert.ok(
      events.some((event) => event.type === "pullRequest.opened" && event.pullRequest.number === number),
    );
    assert.ok(
      events.some((event) => event.type === "comment.created" && event.comment.body === "@tembo please"),
    );
    const later = await forge.eventsSince(
      repository,
      new Date(Date.now() + 60_000),
      AbortSignal.timeout(60_000),
    );
    assert.deepEqual(later, []);
  });

  test(`${name}: rejects or ignores a body that does not match its headers`, async (t) => {
    const it = await make(t);
    const listener = await listen(t);
    await it.forge.ensureWebhook(it.repository, { url: listener.url, secret });
    await it.commit("tembo/fix");
    await it.writer.openPullRequest({ title: "Mine", head: "tembo/fix", base: "main" });
    const request = await listener.first(it, "pullRequest.opened");
    for (const body of ["", "[]", "null", "{", '"text"', "{}", '{"action":"opened"}', "\u0000"]) {
      try {
        assert.deepEqual(it.adapter.readWebhook({ ...request, body: Buffer.from(body) }), []);
      } catch (error) {
        assert.ok(error instanceof AppError && error.code === "invalid_input", `${body}: ${error}`);
      }
    }
  });
}

const aMinute = () => AbortSignal.timeout(60_000);

/** Starts a webhook endpoint on the loopback interface. */
async function listen(t: TestContext) {
  const requests: WebhookRequest[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const headers = Object.fromEntries(
        Object.entries(request.headers).map(([key, value]) => [key, String(value)]),
      );
      requests.push({ headers, body: Buffer.concat(chunks) });
      response.writeHead(202).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/webhook/forge`;

  async function waitForEvent(
    { adapter }: ForgeUnderTest,
    isWanted: (event: ForgeEvent) => boolean,
    what: string,
  ): Promise<{ readonly request: WebhookRequest; readonly event: ForgeEvent }> {
    // Polls with a limit, because a delivery can arrive after the response to the action.
    for (let tries = 0; tries < 500; tries++) {
      for (const request of requests) {
        const event = adapter.readWebhook(request).find(isWanted);
        if (event !== undefined) return { request, event };
      }
      await sleep(20);
    }
    throw new Error(`No webhook reported ${what}; ${requests.length} arrived.`);
  }

  return {
    url,
    first: async (it: ForgeUnderTest, type: ForgeEventType) =>
      (await waitForEvent(it, (event) => event.type === type, type)).request,
    event: async <T extends ForgeEventType>(
      it: ForgeUnderTest,
      type: T,
      isWanted: (event: ForgeEvent & { readonly type: T }) => boolean = () => true,
    ) => {
      type Wanted = ForgeEvent & { readonly type: T };
      const { event } = await waitForEvent(it, (one) => one.type === type && isWanted(one as Wanted), type);
      return event as Wanted;
    },
  };
}
