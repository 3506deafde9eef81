import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createMcpConnection } from "../../../core/access/index.ts";
import { createMemberKey, inviteMember } from "../../../core/accounts/index.ts";
import { newId } from "../../../core/base/index.ts";
import { seedDecisions } from "../../../testing/seed-decisions.ts";
import { type Served, serve } from "../../../testing/test-server.ts";

let served: Served;
let key: string;
let otherKey: string;
before(async () => {
  served = await serve();
  key = await served.addKey(served.testStore.organizationId);
  const { organizationId, userId } = served.testStore;
  const admin = { organizationId, userId, role: "admin", kind: "key", confirmedAt: null } as const;
  const invited = { email: "other@example.com", role: "member" } as const;
  const { id: memberId } = await inviteMember(served.ports, organizationId, invited);
  const words = { name: null, memberId, organizationId: null };
  otherKey = (await createMemberKey(served.ports, admin, words)).token;
});
after(() => served.close());

interface Body {
  readonly [field: string]: unknown;
  readonly id: string;
  readonly error: string;
  readonly items: readonly { readonly id: string; readonly title: string }[];
  readonly nextCursor: string | null;
  readonly totalCount?: number;
}

async function call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const response = await served.ask(path, headers.as === "other" ? otherKey : key, {
    method,
    headers: { ...headers, ...(body !== undefined && { "content-type": "application/json" }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: response.status, headers: response.headers, body: (await response.json()) as Body };
}

const draft = (change: object = {}) =>
  call("POST", "/v1/sessions", { description: "Fix the gate.", queueRightAway: false, ...change });
const other = { as: "other" };

test("uses the person's preferred agent for a session without one, and otherwise the server's default", async () => {
  const agentOf = async (change: object = {}, headers = {}) => {
    const made = { description: "Fix it.", queueRightAway: false, ...change };
    const { status, body } = await call("POST", "/v1/sessions", made, headers);
    assert.equal(status, 201, body.error);
    return body.agent;
  };
  const usual = await agentOf({}, other);
  const path = `/v1/users/${served.testStore.userId}/settings`;
  const preferred = "claudeCode:claude-sonnet-4-5";
  assert.equal((await call("PATCH", path, { defaultAgent: preferred })).status, 200);
  assert.equal(await agentOf(), preferred);
  assert.equal(await agentOf({ agent: usual }), usual);
  assert.equal(await agentOf({}, other), usual, "does not apply to another person");
  await call("PATCH", path, { defaultAgent: "nobody:knows" });
  const refused = await call("POST", "/v1/sessions", { description: "Fix it." });
  assert.equal(refused.status, 400);
  assert.match(refused.body.error, /^Your setting "defaultAgent" is "nobody:knows"\. The harness "nobody"/);
  await call("PATCH", path, { defaultAgent: null });
  assert.equal(await agentOf(), usual);
});

test("pages through sessions without gaps, and rejects a changed cursor or one from another list", async () => {
  const repository = await served.testStore.addRepository();
  const made: string[] = [];
  for (let index = 0; index < 5; index++)
    made.unshift((await draft({ codeRepositoryIds: [repository.id] })).body.id);
  const path = `/v1/sessions?limit=2&includeTotal=true&sortBy=createdAt&repositoryIds=${repository.id}`;
  const seen: string[] = [];
  let cursor: string | null = null;
  do {
    const { status, body } = await call("GET", cursor === null ? path : `${path}&cursor=${cursor}`);
    assert.equal(status, 200, body.error);
    assert.equal(body.totalCount, 5);
    seen.push(...body.items.map(({ id }) => id));
    cursor = body.nextCursor;
  } while (cursor !== null);
  assert.deepEqual(seen.toSorted(), made.toSorted());
  const { nextCursor } = (await call("GET", path)).body;
  const changed = `${nextCursor!.startsWith("A") ? "B" : "A"}${nextCursor!.slice(1)}`;
  for (const bad of [
    `${path}&cursor=${changed}`,
    `${path}&cursor=x`,
    `${path}&cursor=${nextCursor}x`,
    `/v1/sessions?limit=2&cursor=${nextCursor}`,
  ]) {
    const { status, body } = await call("GET", bad);
    assert.equal(status, 400, bad);
    assert.match(body.error, /"cursor".*first page/);
  }
});

test("filters by state and harness, and rejects an unknown state", async () => {
  const repository = await served.testStore.addRepository();
  const of = { codeRepositoryIds: [repository.id], agent: "claudeCode" };
  const waiting = (await draft(of)).body.id;
  const queued = (await draft({ ...of, queueRightAway: true })).body.id;
  const found = async (query: string) => {
    const { status, body } = await call("GET", `/v1/sessions?repositoryIds=${repository.id}&${query}`);
    assert.equal(status, 200, body.error);
    return body.items.map(({ id }) => id).sort();
  };
  assert.deepEqual(await found("states=draft"), [waiting]);
  assert.deepEqual(await found("states=queued,inProgress"), [queued]);
  assert.deepEqual(await found("states=draft,queued"), [queued, waiting].sort());
  assert.deepEqual(await found("states=completed"), []);
  assert.deepEqual(await found("harnesses=claudeCode&states=draft"), [waiting]);
  assert.deepEqual(await found("harnesses=pi"), []);
  assert.equal((await call("GET", "/v1/sessions?states=asleep")).status, 400);
});

test("ranks search results by title, then prompt, then message", async () => {
  const refusal = (await draft({ description: "Look around." })).body.id;
  await served.testStore.addMessage(refusal, "The zebra stands there.");
  const prompt = (await draft({ description: "Look.\nA zebra is here." })).body.id;
  const title = (await draft({ description: "Zebra crossing." })).body.id;
  const first = await call("GET", "/v1/sessions?search=zebr&limit=2");
  const second = await call("GET", `/v1/sessions?search=zebr&limit=2&cursor=${first.body.nextCursor}`);
  const found = [...first.body.items, ...second.body.items].map(({ id }) => id);
  assert.deepEqual(found, [title, prompt, refusal]);
});

test("returns the same session for the same ID and body, and rejects a different body", async () => {
  const id = newId();
  const [one, two] = await Promise.all([draft({ id }), draft({ id })]);
  assert.deepEqual([one.status, two.status, one.body.id, two.body.id], [201, 201, id, id]);
  const another = await draft({ id, description: "Something else." });
  assert.equal(another.status, 409);
  assert.equal(another.headers.get("x-should-retry"), "false");
});

test("updates a session's title, pin, level and visibility, and the branch only before the session starts", async () => {
  const { id } = (await draft()).body;
  const path = `/v1/sessions/${id}`;
  const change = { title: "The gate", isPinned: true, level: 7, branchName: "work/gate" };
  const { status, body } = await call("PATCH", path, change);
  assert.equal(status, 200, body.error);
  for (const [field, value] of Object.entries(change)) assert.deepEqual(body[field], value, field);
  await served.testStore.store.sessions.setStatus(id, "completed", served.testStore.clock.now());
  const late = await call("PATCH", path, { branchName: "work/other" });
  assert.equal(late.status, 409);
  assert.match(late.body.error, /"branchName" cannot change/);
  const project = await call("PATCH", path, { projectId: "p" });
  assert.match(project.body.error, /Project p was not found/);
  const pinned = await call("GET", "/v1/sessions?excludePinned=true&limit=100");
  assert.ok(!pinned.body.items.some((one) => one.id === id));
});

test("archives and restores a session, and lists both kinds or one of them", async () => {
  const { id } = (await draft({ description: "A narwhal." })).body;
  const path = `/v1/sessions/${id}`;
  const listed = async (query: string) => {
    for (const search of ["", "&search=narwhal"]) {
      const { status, body } = await call(
        "GET",
        `/v1/sessions?limit=100&includeTotal=true&${query}${search}`,
      );
      assert.equal(status, 200, body.error);
      if (search === "") assert.equal(body.totalCount, body.items.length, query);
      if (!body.items.some((one) => one.id === id)) return false;
    }
    return true;
  };
  const expectListed = async (whole: Record<string, boolean>) => {
    for (const [query, expected] of Object.entries(whole)) assert.equal(await listed(query), expected, query);
  };
  assert.equal((await call("GET", path)).body.archivedAt, null);
  const archived = await call("PATCH", path, { archived: true });
  assert.equal(archived.status, 200, archived.body.error);
  assert.ok(typeof archived.body.archivedAt === "string");
  await expectListed({
    "": true,
    "state=all": true,
    "state=archived": true,
    "state=active": false,
    "includeArchived=false": false,
    "state=archived&includeArchived=false": false,
  });
  assert.equal((await call("PATCH", path, { archived: true })).body.archivedAt, archived.body.archivedAt);
  assert.equal((await call("PATCH", path, { archived: false })).body.archivedAt, null);
  await expectListed({
    "": true,
    "state=archived": false,
    "state=active": true,
    "includeArchived=false": true,
  });

  const working = (await draft({ queueRightAway: true })).body.id;
  const refused = await call("PATCH", `/v1/sessions/${working}`, { archived: true });
  assert.equal(refused.status, 409);
  assert.match(refused.body.error, /cannot be archived while its turn is queued or running/);
  assert.equal((await call("POST", `/v1/sessions/${working}/stop`)).status, 200);
  assert.equal((await call("PATCH", `/v1/sessions/${working}`, { archived: true })).status, 200, "control");
});

test("creates a private session through the documented operation", async () => {
  const words = { prompt: "A walrus.", queueRightAway: false };
  const made = await call("POST", "/session/create", { ...words, visibility: "private" });
  assert.equal(made.status, 200, made.body.error);
  assert.equal((await call("GET", `/v1/sessions/${made.body.id}`)).body.visibility, "private");
  assert.equal((await call("GET", `/v1/sessions/${made.body.id}`, undefined, other)).status, 404);
  const refused = await call("POST", "/session/create", { ...words, visibility: "secret" });
  assert.equal(refused.status, 400);
});

test("hides a private session from other people until it becomes public", async () => {
  const { id } = (await draft({ description: "A walrus.", visibility: "private" })).body;
  for (const [method, path] of [
    ["GET", `/v1/sessions/${id}`],
    ["GET", `/v1/sessions/${id}/events`],
    ["DELETE", `/v1/sessions/${id}`],
    ["POST", `/v1/sessions/${id}/stop`],
  ] as const)
    assert.equal((await call(method, path, undefined, other)).status, 404, `${method} ${path}`);
  for (const path of ["/v1/sessions/live", "/v1/messages/live"]) {
    const body = { scope: { sessionId: id } };
    assert.equal((await call("POST", path, body, other)).status, 404, path);
    assert.equal((await call("POST", path, body)).status, 200, `control: ${path}`);
  }
  const message = (await call("POST", "/v1/messages", { sessionId: id, content: "Go." })).body as unknown as {
    message: { id: string };
  };
  assert.equal((await call("GET", `/v1/messages/${message.message.id}`, undefined, other)).status, 404);
  assert.equal((await call("GET", `/v1/messages/${message.message.id}`)).status, 200, "control");
  const listed = async (path: string) =>
    JSON.stringify((await call("GET", path, undefined, other)).body).includes(id);
  for (const path of [
    "/v1/sessions?limit=100",
    "/v1/sessions?search=walrus",
    "/session/search?q=walrus",
    "/v1/messages",
  ])
    assert.equal(await listed(path), false, path);
  await call("PATCH", `/v1/sessions/${id}`, { visibility: "public" });
  for (const path of [
    "/v1/sessions?search=walrus",
    "/session/search?q=walrus",
    "/v1/messages",
    `/v1/sessions/${id}`,
  ])
    assert.equal(await listed(path), true, `control: ${path}`);
});

test("returns a session's author, and lets only the author make the session private", async () => {
  const { id } = (await draft()).body;
  const author = { id: served.testStore.userId };
  const readAuthor = async (headers = {}) =>
    (await call("GET", `/v1/sessions/${id}/author`, undefined, headers)).body as unknown as {
      author: { id: string };
      isYou: boolean;
    };
  const [asAuthor, asOther] = [await readAuthor(), await readAuthor(other)];
  assert.deepEqual([asAuthor.author.id, asAuthor.isYou], [author.id, true]);
  assert.deepEqual([asOther.author.id, asOther.isYou], [author.id, false]);
  const hide = (sessionId: string, headers = {}) =>
    call("PATCH", `/v1/sessions/${sessionId}`, { visibility: "private" }, headers);
  const refused = await hide(id, other);
  assert.equal(refused.status, 403);
  assert.match(refused.body.error, /Only the person who created a session/);
  assert.equal((await call("GET", `/v1/sessions/${id}`, undefined, other)).body.visibility, "public");
  assert.equal((await hide(id)).status, 200, "control");
  assert.equal((await call("GET", `/v1/sessions/${id}/author`, undefined, other)).status, 404);
  const withoutKey = await served.testStore.addSession();
  const { body } = await call("GET", `/v1/sessions/${withoutKey.id}/author`);
  assert.deepEqual({ ...body }, { author: null, isYou: false });
  assert.equal((await hide(withoutKey.id)).status, 403);
});

test("accepts messageId=null as a filter of session events", async () => {
  const { id } = (await draft({ description: "An okapi." })).body;
  assert.equal((await call("GET", `/v1/sessions/${id}/events?messageId=null`)).status, 200);
});

test("hides an artifact of a private session from other people", async () => {
  const { testStore } = served;
  const { items } = await testStore.store.apiKeys.list(testStore.organizationId, {
    limit: 10,
    userId: testStore.userId,
  });
  for (const [visibility, status] of [
    ["private", 404],
    ["public", 200],
  ] as const) {
    const { id } = await testStore.addSession({ visibility, createdByKeyId: items[0]!.id });
    const { artifactId } = await seedDecisions(testStore, await testStore.startTurn(id));
    for (const path of [`/v1/artifacts/${artifactId}`, `/v1/artifacts/${artifactId}/file`])
      assert.equal((await served.ask(path, otherKey)).status, status, `${visibility} ${path}`);
    assert.equal((await served.ask(`/v1/artifacts/${artifactId}`, key)).status, 200, "control");
    const listed = await (await served.ask("/v1/artifacts?limit=100", otherKey)).text();
    assert.equal(listed.includes(artifactId), status === 200);
  }
});

test("lists the API, the local forge and integrations as sources, and filters sessions by source", async () => {
  const { body } = await call("GET", "/v1/sessions/sources?includeTotal=true");
  assert.equal(body.totalCount, 2);
  const api = (await call("GET", "/v1/sessions/sources?types=api")).body.items[0]!;
  assert.equal((await call("GET", `/v1/sessions/sources/${api.id}`)).body.id, api.id);
  const { id } = (await draft({ description: "A lynx." })).body;
  const found = async (query: string) =>
    (await call("GET", `/v1/sessions?search=lynx&${query}`)).body.items.map((one) => one.id);
  assert.deepEqual(await found(`sourceIds=${api.id}`), [id]);
  for (const none of [
    "sourceTypes=local",
    `sourceIds=${newId()}`,
    "state=archived",
    "hasProject=true",
    "repositoryIds=x",
  ])
    assert.deepEqual(await found(none), [], none);
});

test("rejects unsupported input, and explains the fix", async () => {
  for (const [change, refusal] of [
    [{ sessionMode: "terminal" }, /Terminal sessions are not supported/],
    [{ projectId: "p" }, /Project p was not found/],
    [{ pullRequestId: newId() }, /Pull request .* was not found/],
    [{ description: " " }, /empty/],
    [{ unknown: 1 }, /unknown field: unknown/],
  ] as const) {
    const { status, body } = await draft(change);
    assert.equal(status, 400);
    assert.match(body.error, refusal);
  }
});

test("removes a deleted session from every list and rejects new messages", async () => {
  const { id } = (await draft({ description: "An ocelot." })).body;
  const { status, body } = await call("DELETE", `/v1/sessions/${id}`);
  assert.deepEqual([status, body], [200, { id, deleted: true }]);
  for (const path of [`/v1/sessions/${id}`, `/v1/sessions/${id}/events`])
    assert.equal((await call("GET", path)).status, 404);
  assert.equal((await call("DELETE", `/v1/sessions/${id}`)).status, 404);
  assert.deepEqual((await call("GET", "/v1/sessions?search=ocelot")).body.items, []);
  assert.equal((await call("POST", "/v1/messages", { sessionId: id, content: "More." })).status, 404);
});

test("hides the artifacts and messages of a deleted session before they are purged", async () => {
  const { testStore } = served;
  const { id } = await testStore.addSession();
  const { artifactId } = await seedDecisions(testStore, await testStore.startTurn(id));
  const [message] = (await call("GET", `/v1/messages?sessionId=${id}`)).body.items;
  const artifact = `/v1/artifacts/${artifactId}`;
  const paths = [artifact, `${artifact}/file`, `/v1/messages/${message!.id}`];
  const statuses = async () => Promise.all(paths.map(async (path) => (await served.ask(path, key)).status));
  assert.deepEqual(await statuses(), [200, 200, 200], "control");
  assert.equal((await call("DELETE", `/v1/sessions/${id}`)).status, 200);
  assert.notEqual(await testStore.store.turns.active(id), null, "keeps the turn, because it has not ended");
  assert.deepEqual(await statuses(), [404, 404, 404]);
  assert.equal((await call("DELETE", artifact)).status, 404);
  for (const path of ["/v1/artifacts?limit=100", "/v1/messages?limit=100"])
    assert.ok(!JSON.stringify((await call("GET", path)).body).includes(id), path);
});

test("forks a session without a prompt into a draft with its repositories, based on its branch", async () => {
  const repository = await served.testStore.addRepository();
  const parent = (await draft({ codeRepositoryIds: [repository.id], branchName: "work/one" })).body;
  const { status, body } = await call("POST", `/v1/sessions/${parent.id}/fork`, {});
  assert.equal(status, 201, body.error);
  const [use] = await served.testStore.store.sessions.repositories(body.id);
  assert.equal(use!.baseBranch, "work/one");
  assert.notEqual(use!.branchName, "work/one");
  const sent = await call("POST", "/v1/messages", { sessionId: body.id, content: "Go on." });
  assert.equal((sent.body.message as { content: string }).content, "Go on.");
});

test("omits from a fork the MCP connections that the person who forks the session cannot use", async () => {
  const { store, organizationId, userId } = served.testStore;
  const mcp = (name: string, isPersonal: boolean) =>
    createMcpConnection(
      served.ports,
      { organizationId, userId, role: "admin" },
      {
        name,
        isPersonal,
        server: { type: "remote", url: "https://mcp.example.com/mcp", headers: {} },
      },
    );
  await mcp("mine", true);
  await mcp("ours", false);
  const gone = await mcp("gone", false);
  const parent = (await draft({ mcpServers: ["mine", "ours", "gone"] })).body;
  await store.mcpConnections.delete(organizationId, gone.id);
  const forked = async (headers: Record<string, string>) =>
    (await call("POST", `/v1/sessions/${parent.id}/fork`, {}, headers)).body;
  assert.deepEqual((await forked({})).mcpServers, ["mine", "ours"]);
  assert.deepEqual((await forked(other)).mcpServers, ["ours"]);
});

test("returns the target branch of a created session", async () => {
  const { testStore } = served;
  const onMain = await testStore.addRepository({ defaultBranch: "main" });
  const onDev = await testStore.addRepository({ defaultBranch: "dev" });
  for (const [repositories, targetBranch, expected] of [
    [[onMain], undefined, "main"],
    [[onDev], undefined, "dev"],
    [[onMain, onDev], undefined, null],
    [[onMain, onDev], "next", "next"],
    [[], undefined, null],
  ] as const) {
    const ids = repositories.map(({ id }) => id);
    const named = targetBranch === undefined ? {} : { targetBranch };
    const v1 = await draft({ codeRepositoryIds: ids, ...named });
    assert.deepEqual([v1.status, v1.body.targetBranch], [201, expected], v1.body.error);
    const documented = await call("POST", "/session/create", {
      ...{ prompt: "Fix the gate.", queueRightAway: false, codeRepoIds: ids, ...named },
    });
    assert.deepEqual([documented.status, documented.body.targetBranch], [200, expected]);
  }
});
