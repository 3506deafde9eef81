import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type TestContext, test } from "node:test";
import { checkWebhook } from "../../github/testing/github-contract.ts";
import { asPerson, makeStarted } from "../testing/local-forge-fixture.ts";
import { git } from "../testing/repository-fixture.ts";
import { isSignedWith } from "./signature.ts";

test("every webhook delivery matches GitHub's webhook description", async (t) => {
  const hook = await listen(t);
  const it = await makeStarted(t);
  const ask = asPerson(it, it.writer.token);
  const at = "/repos/acme/app";
  const config = { url: hook.url, content_type: "json", secret: "the-secret" };
  await ask("POST", `${at}/hooks`, { config, events: ["*"] });

  const sha = await it.commit("tembo/fix");
  const pull = { title: "Fix it", head: "tembo/fix", base: "main", body: "Because" };
  await ask("POST", `${at}/pulls`, { ...pull, draft: true });
  await ask("PATCH", `${at}/pulls/1`, { title: "Mend it", body: "" });
  await it.forge.updatePullRequest(it.repository, 1, { isDraft: false });
  await it.forge.updatePullRequest(it.repository, 1, {
    isDraft: true,
    labels: ["bug"],
    reviewers: ["grace-hopper"],
  });
  await it.forge.updatePullRequest(it.repository, 1, { isDraft: false });
  await ask("DELETE", `${at}/pulls/1/requested_reviewers`, { reviewers: ["grace-hopper"] });
  await it.commit("tembo/fix", "more.txt");
  await ask("PATCH", `${at}/pulls/1`, { state: "closed" });
  await ask("PATCH", `${at}/pulls/1`, { state: "open" });
  await ask("POST", `${at}/issues/1/comments`, { body: "Any news?" });
  const comments = [{ path: "fix.txt", line: 1, body: "Why?" }];
  await asPerson(it, it.reviewer.token)("POST", `${at}/pulls/1/reviews`, { event: "COMMENT", comments });
  await it.forge.comment(it.repository, { kind: "pullRequest", number: 1 }, "As the product");

  await ask("POST", `${at}/issues`, { title: "It breaks" });
  await ask("POST", `${at}/issues/2/labels`, { labels: ["bug"] });
  const { id } = (await ask("POST", `${at}/issues/2/comments`, { body: "Yes" })) as { id: number };
  await ask("PATCH", `${at}/issues/comments/${id}`, { body: "No" });
  await ask("PATCH", `${at}/issues/2`, { title: "It broke", state: "closed" });
  await ask("PATCH", `${at}/issues/2`, { state: "open" });

  for (const state of ["pending", "failure"]) await ask("POST", `${at}/statuses/${sha}`, { state });
  await ask("POST", `${at}/check-runs`, { name: "a", head_sha: sha, conclusion: "success" });
  await ask("POST", `${at}/check-runs`, { name: "b", head_sha: sha, details_url: "https://ci.example/1" });
  await git(it.person, "tag", "v1");
  await it.push("v1");
  await it.push(":v1");
  await ask("PUT", `${at}/pulls/1/merge`, {});
  await ask("PATCH", at, { description: "Sells things" });
  await ask("PATCH", at, { archived: true });
  await ask("PATCH", at, { archived: false });
  await ask("PATCH", at, { name: "shop" });

  await hook.until("repository-renamed");
  const complaints = hook.received.flatMap(({ name, body }) =>
    checkWebhook(name, body).map((words) => `${nameOf(name, body)}: ${words}`),
  );
  assert.deepEqual([...new Set(complaints)], []);
  const names = new Set(hook.received.map(({ name, body }) => nameOf(name, body)));
  assert.deepEqual([...names].sort(), wanted);
  assert.equal(hook.received[0]?.name, "ping");
  const broken = { ...(hook.received[0]?.body as object), hook_id: "one" };
  assert.notDeepEqual(checkWebhook("ping", broken), [], "control");
});

test("sends a signed ping on creation and on request, only to that webhook", async (t) => {
  const [one, other] = [await listen(t), await listen(t)];
  const it = await makeStarted(t);
  const ask = asPerson(it, it.writer.token);
  const make = async (url: string, active = true) =>
    (await ask("POST", "/repos/acme/app/hooks", {
      config: { url, content_type: "json", secret: "the-secret" },
      active,
    })) as { id: number };
  const first = await make(one.url);
  const idle = await make(other.url, false);
  await ask("POST", `/repos/acme/app/hooks/${idle.id}/pings`);
  await ask("POST", `/repos/acme/app/hooks/${first.id}/pings`);
  await one.until("ping", 2);
  await other.until("ping");
  assert.deepEqual(
    [one, other].map(({ received }) => received.map(({ body }) => (body as { hook_id: number }).hook_id)),
    [[first.id, first.id], [idle.id]],
  );
  const { bytes, signature } = one.received[0]!;
  assert.equal(isSignedWith(bytes, "the-secret", signature), true);
  assert.equal(bytes.includes("the-secret"), false);
});

const wanted = [
  "check_run-completed",
  "check_run-created",
  "create",
  "delete",
  "issue_comment-created",
  "issue_comment-edited",
  "issues-closed",
  "issues-edited",
  "issues-labeled",
  "issues-opened",
  "issues-reopened",
  "ping",
  "pull_request-closed",
  "pull_request-converted_to_draft",
  "pull_request-edited",
  "pull_request-labeled",
  "pull_request-opened",
  "pull_request-ready_for_review",
  "pull_request-reopened",
  "pull_request-review_request_removed",
  "pull_request-review_requested",
  "pull_request-synchronize",
  "pull_request_review-submitted",
  "pull_request_review_comment-created",
  "push",
  "repository-archived",
  "repository-edited",
  "repository-renamed",
  "repository-unarchived",
  "status",
];

function nameOf(name: string, body: unknown): string {
  const { action } = body as { readonly action?: string };
  return action === undefined ? name : `${name}-${action}`;
}

interface ReceivedHook {
  readonly name: string;
  readonly body: unknown;
  readonly bytes: Buffer;
  readonly signature: string;
}

/** Starts a webhook endpoint that accepts every request. */
async function listen(t: TestContext) {
  const received: ReceivedHook[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const bytes = Buffer.concat(chunks);
    const name = String(request.headers["x-github-event"]);
    const signature = String(request.headers["x-hub-signature-256"]);
    received.push({ name, bytes, signature, body: JSON.parse(bytes.toString()) });
    response.writeHead(204).end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    received,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async until(name: string, times = 1): Promise<void> {
      const isThere = () => received.filter((one) => nameOf(one.name, one.body) === name).length >= times;
      for (let tries = 0; !isThere(); tries++) {
        assert.ok(tries < 1000, `${name} did not arrive`);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
  };
}
