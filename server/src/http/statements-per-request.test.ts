import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type pg from "pg";
import type { Engine, OpenTransaction } from "../core/base/index.ts";
import type { Repository } from "../core/forges/index.ts";
import type { Transaction } from "../core/ports.ts";
import { type Served, serve } from "../testing/test-server.ts";
import { aPullRequest, until } from "../testing/test-store.ts";

let served: Served;
let key: string;
let sessionId: string;
let used: Repository;
let connected: Repository;
/** Sends the same statement as the product's engine when it adds a turn to the queue. */
const engine = {
  enqueueTurn: async (tx: OpenTransaction, turnId: string) => {
    await (tx as Transaction).turnPlacements.request(turnId);
    return null;
  },
} as unknown as Engine;
/** Statements since the last request. */
let statements: string[] = [];

before(async () => {
  served = await serve({
    rates: { perKeyPerMinute: 1_000, perSignInPerMinute: 0, perOrganizationPerHour: 1_000 },
    parts: { engine },
  });
  const { testStore } = served;
  const { organizationId, store } = testStore;
  key = await served.addKey(organizationId);
  for (let number = 1; number <= 3; number++) {
    const repository = await testStore.addRepository();
    used = repository;
    const session = await testStore.addSession({}, [repository]);
    const lease = await testStore.startTurn(session.id);
    const pullRequest = { organizationId, sessionId: session.id, repositoryId: repository.id };
    await store.pullRequests.save(lease, aPullRequest({ ...pullRequest, number }));
    sessionId = session.id;
  }
  connected = await testStore.addRepository({ connectedUrl: "https://host.example/acme/app" });
  const { pool } = testStore.database;
  // The connections so far have no counter.
  await Promise.all((await idleClients(pool)).map((client) => client.release(true)));
  pool.on("connect", countStatements);
});
after(() => served.close());

async function idleClients(pool: pg.Pool): Promise<pg.PoolClient[]> {
  const { idleCount } = pool;
  return Promise.all(Array.from({ length: idleCount }, () => pool.connect()));
}

function countStatements(client: pg.PoolClient): void {
  const send = client.query.bind(client) as (...given: unknown[]) => unknown;
  const counted = (...given: unknown[]) => {
    const [query] = given as [string | { readonly text: string }];
    statements.push(typeof query === "string" ? query : query.text);
    return send(...given);
  };
  Object.assign(client, { query: counted });
}

/** Sends the request until its key is cached and its count is reserved, and returns its statements. */
async function statementsOf(path: string, body?: object): Promise<readonly string[]> {
  await until(async () => {
    statements = [];
    const response = await (body === undefined
      ? served.ask(path, key)
      : served.ask(path, key, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify(body),
        }));
    await response.text();
    assert.equal(response.status, 200);
    return !statements.some((text) => /token_hash|rate_limits/.test(text));
  });
  return statements;
}

/** Maximum number of statements. */
const bounds: readonly (readonly [name: string, path: () => string, most: number])[] = [
  ["a session list", () => "/v1/sessions", 1],
  ["a search", () => "/v1/sessions?search=login", 2],
  ["a page of pull requests", () => "/v1/pull-requests", 1],
  ["a session", () => `/v1/sessions/${sessionId}`, 2],
  ["a page of events", () => `/v1/sessions/${sessionId}/events`, 2],
];

for (const [name, path, most] of bounds)
  test(`sends at most ${most} statements for ${name}`, async () => {
    // The first list stores the items of the sessions.
    await statementsOf(path());
    const sent = await statementsOf(path());
    assert.ok(sent.length > 0);
    assert.ok(sent.length <= most, sent.join("\n\n"));
  });

/** Maximum number of statements of a create: one read, the start, one write, the queue entry and the commit. */
const creations: readonly (readonly [name: string, extra: () => object, most: number])[] = [
  ["a draft", () => ({ codeRepoIds: [used.id], queueRightAway: false }), 4],
  ["a queued session", () => ({ codeRepoIds: [used.id] }), 5],
  ["a queued session without a repository", () => ({ codeRepoIds: [] }), 5],
  ["a queued session on two repositories", () => ({ codeRepoIds: [used.id, connected.id] }), 5],
  ["a queued session on a repository's URL", () => ({ repositories: [connected.connectedUrl] }), 5],
  [
    "a queued session on the URL of a repository of the built-in forge",
    () => ({ repositories: [`http://127.0.0.1:1/git/${used.owner}/${used.name}.git`] }),
    5,
  ],
  [
    "a queued session on a repository's full name",
    () => ({ repositories: [`${used.owner}/${used.name}`.toUpperCase()] }),
    5,
  ],
];

for (const [name, extra, most] of creations)
  test(`sends at most ${most} statements to create ${name}`, async () => {
    const body = { prompt: "Fix the login", agent: "claudeCode:m", ...extra() };
    const sent = await statementsOf("/session/create", body);
    assert.ok(sent.some((text) => text.includes("insert into sessions")));
    assert.ok(sent.length <= most, sent.join("\n\n"));
  });

test("counts each statement of a request, also in a transaction", async () => {
  const list = served.testStore.store.sessionLists;
  const { page } = list;
  // Stores the items of the sessions that earlier tests created.
  await statementsOf("/v1/sessions");
  const before = (await statementsOf("/v1/sessions")).length;
  // A list that reads one more statement, as a control.
  Object.assign(list, {
    page: async (...given: Parameters<typeof page>) => {
      await served.testStore.store.sessions.repositories(sessionId);
      return page(...given);
    },
  });
  try {
    assert.equal((await statementsOf("/v1/sessions")).length, before + 1);
  } finally {
    Object.assign(list, { page });
  }
  statements = [];
  await served.testStore.store.transaction(async (tx) => {
    await tx.sessions.repositories(sessionId);
    await tx.sessions.repositories(sessionId);
  });
  assert.equal(statements.length, 4);
});
