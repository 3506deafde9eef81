import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { newId } from "../../../core/base/index.ts";
import { caller } from "../../../testing/caller.ts";
import { type Served, serve } from "../../../testing/test-server.ts";
import { aPullRequest } from "../../../testing/test-store.ts";

type Body = ReturnType<typeof JSON.parse>;
let served: Served;
let key: string;
let otherKey: string;
let shop: string;
let tools: string;
const doc = (text: string) => ({
  type: "doc",
  content: [{ type: "paragraph", content: [{ type: "text", text }] }],
});

before(async () => {
  served = await serve();
  const { testStore } = served;
  key = await served.addKey(testStore.organizationId);
  const other = newId();
  await testStore.store.organizations.insert({ id: other, name: "Them" });
  otherKey = await served.addKey(other);
  shop = (await testStore.addRepository({ owner: "acme", name: "shop" })).id;
  tools = (await testStore.addRepository({ owner: "acme", name: "tools" })).id;
  const agent = await call(201, "POST", "/v1/agents", {
    name: "Reviewer",
    instructions: doc("Review what changed."),
    agent: "claudeCode:claude-haiku-4-5",
    agentOptions: { speed: "fast" },
    repositoryIds: [shop],
    sandboxSize: "large",
  });
  await call(200, "PATCH", `/v1/agents/${agent.id}`, { key: "review" });
  const empty = await call(201, "POST", "/v1/agents", { name: "Silent" });
  await call(200, "PATCH", `/v1/agents/${empty.id}`, { key: "silent" });
  const archived = await call(201, "POST", "/v1/agents", { name: "Old", instructions: doc("Old.") });
  await call(200, "PATCH", `/v1/agents/${archived.id}`, { key: "old", archived: true });
  const team = await call(201, "POST", "/v1/agents", {
    name: "Team",
    instructions: doc("No word that calls."),
  });
  await call(200, "PATCH", `/v1/agents/${team.id}`, { key: "team/review" });
});
after(() => served.close());

const call = (status: number, method: string, path: string, body?: unknown, as = key): Promise<Body> =>
  caller(served, as)(status, method, path, body);

const contentsOf = async (sessionId: string): Promise<string[]> =>
  (await call(200, "GET", `/v1/messages?sessionId=${sessionId}`)).items
    .map(({ content }: { content: string }) => content)
    .reverse();
const repositoriesOf = async (sessionId: string) =>
  (await served.testStore.store.sessions.repositories(sessionId)).map(({ repositoryId }) => repositoryId);
const draft = { queueRightAway: false };
const added = "Review what changed.\n\nThe person who called this agent added:\n\nonly the tests";

test("replaces a prompt that calls an agent with the agent's instructions, and applies the agent's settings", async () => {
  for (const [path, body] of [
    ["/session/create", { prompt: "!review only the tests" }],
    ["/session/create", { description: "!review only the tests" }],
    ["/task/create", { prompt: "!review: only the tests" }],
  ] as const) {
    const { id } = await call(200, "POST", path, body);
    assert.deepEqual(await contentsOf(id), [added]);
    const session = await call(200, "GET", `/v1/sessions/${id}`);
    assert.deepEqual(
      [session.title, session.agent, session.sandboxSize, await repositoriesOf(session.id)],
      ["Reviewer", "claudeCode:claude-haiku-4-5", "large", [shop]],
    );
  }
  const { id } = await call(201, "POST", "/v1/sessions", { description: "!review" });
  assert.deepEqual(await contentsOf(id), ["Review what changed."]);
});

test("prefers the request's own settings over the agent's", async () => {
  const made = await call(201, "POST", "/v1/sessions", {
    description: "!review only the tests",
    agent: "claudeCode:claude-opus-4-5",
    codeRepositoryIds: [tools],
    sandboxSize: "small",
  });
  const session = await call(200, "GET", `/v1/sessions/${made.id}`);
  assert.deepEqual(
    [session.agent, session.sandboxSize, await repositoriesOf(session.id)],
    ["claudeCode:claude-opus-4-5", "small", [tools]],
  );
});

test("uses the repository of the specified pull request instead of the agent's", async () => {
  const pullRequest = aPullRequest({
    organizationId: served.testStore.organizationId,
    repositoryId: tools,
    sessionId: null,
    number: 7,
    externalId: "7",
    status: "open",
    isFromFork: false,
  });
  await served.testStore.store.pullRequests.observe(pullRequest);
  const [known] = (
    await served.testStore.store.pullRequests.list(served.testStore.organizationId, {
      limit: 1,
      viewerUserId: served.testStore.userId,
    })
  ).items;
  const { id } = await call(201, "POST", "/v1/sessions", {
    description: "!review",
    pullRequestId: known!.id,
    ...draft,
  });
  assert.deepEqual(await repositoriesOf(id), [tools]);
});

test("returns the expanded message in every response", async () => {
  const { id: sessionId } = await served.testStore.addSession({ status: "completed" });
  const content = "!review only the tests";
  const one = await call(200, "POST", `/session/${sessionId}/messages`, { content });
  const other = await call(201, "POST", "/v1/messages", { sessionId, content });
  assert.deepEqual([one.message.content, other.message.content], [added, added]);
  assert.deepEqual(await contentsOf(sessionId), [added, added]);
});

test("expands agent calls in new, queued, edited, steering and draft messages and in a fork", async () => {
  const { testStore } = served;
  const { id } = await testStore.addSession({ status: "completed" });
  const lease = await testStore.startTurn(id);
  const send = (content: string, change: object = {}) =>
    call(200, "POST", `/session/${id}/messages`, { content, ...change });
  const { message } = await send("!review only the tests");
  const kept = await testStore.store.messages.get(message.id);
  assert.deepEqual(
    [kept.content, kept.agent?.model, kept.options?.speed],
    [added, "claude-haiku-4-5", "fast"],
  );
  const steering = await send("!review only the tests", { deliveryMode: "steer" });
  const steers = await testStore.store.messages.get(steering.message.id);
  assert.deepEqual([steers.content, steers.agent], [added, null]);
  const edited = await call(200, "PATCH", `/v1/messages/${message.id}`, { content: "!review twice" });
  assert.match(edited.content, /^Review what changed\..*twice$/s);
  await testStore.store.turns.end(lease, { status: "completed" }, testStore.clock.now());

  const waiting = await call(201, "POST", "/v1/sessions", { description: "Wait.", ...draft });
  await call(200, "PATCH", `/v1/sessions/${waiting.id}`, { description: "!review" });
  await call(200, "POST", `/session/${waiting.id}/messages`, { content: "Go on." });
  assert.deepEqual(await contentsOf(waiting.id), ["Review what changed.\n\nGo on."]);
  const fork = await call(201, "POST", `/v1/sessions/${waiting.id}/fork`, {
    prompt: "!review only the tests",
  });
  assert.deepEqual(await contentsOf(fork.id), [added]);
});

test("rejects an unknown agent key and lists the organization's keys", async () => {
  const refused = async (path: string, body: object, problem: RegExp, as = key) =>
    assert.match((await call(400, "POST", path, body, as)).error, problem);
  const those =
    /No agent has the key "nosuch"\. You can call !review, !silent\. A message that starts with "!"/;
  const { id: sessionId } = await served.testStore.addSession();
  await refused("/session/create", { prompt: "!nosuch go" }, those);
  await refused("/v1/sessions", { description: "!nosuch go" }, those);
  await refused("/v1/messages", { sessionId, content: "!nosuch go" }, those);
  await refused(`/session/${sessionId}/messages`, { content: "!nosuch go" }, those);
  await refused("/session/create", { prompt: "!old" }, /No agent has the key "old"/);
  await refused(
    "/session/create",
    { prompt: "!silent" },
    /"Silent", called by !silent, has no "instructions"/,
  );
  await refused(
    "/session/create",
    { prompt: "!review" },
    /No agent can be called yet\. Set an agent's "key"/,
    otherKey,
  );
});

test("leaves other text that starts with an exclamation mark unchanged", async () => {
  const picture = "![a picture](https://example.com/a.png) Build this.";
  const { id } = await call(201, "POST", "/v1/sessions", { description: picture });
  assert.deepEqual(await contentsOf(id), [picture]);
});
