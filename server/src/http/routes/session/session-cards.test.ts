import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import pg from "pg";
import { newId } from "../../../core/base/index.ts";
import type { Store } from "../../../core/ports.ts";
import type { Session } from "../../../core/sessions/index.ts";
import { createStore } from "../../../store/create-store.ts";
import { aDiff, aPullRequest, openTestStore, someTime, type TestStore } from "../../../testing/test-store.ts";
import { itemFormat, itemView, sessionItems } from "./session-list-view.ts";

let t: TestStore;
/** Pool and store of a second server. */
let pool: pg.Pool;
let second: ReturnType<typeof createStore>;
let ids: Record<"project" | "integration" | "repository" | "other" | "agent" | "key", string>;
before(async () => {
  t = await openTestStore();
  pool = new pg.Pool({ connectionString: t.database.url });
  second = createStore({
    pool,
    clock: t.clock,
    log: { info() {}, warn() {}, error() {} },
    repositoryKey: (url) => url,
  });
  const { organizationId } = t;
  const integration = newId();
  await run(
    `insert into integrations (id, organization_id, forge, display_name, web_url, api_url, settings, created_at, updated_at)
     values ($1, $2, 'github', 'Forge', 'http://x', 'http://x', '{}', now(), now())`,
    [integration, organizationId],
  );
  const url = "http://x/acme/shop.git";
  const repository = await t.addRepository({
    forge: "github",
    integrationId: integration,
    externalId: "1",
    connectedUrl: url,
  });
  const other = await t.addRepository();
  const project = newId();
  await run(
    `insert into projects (id, organization_id, name, icon, color, sizes, repository_ids, base_branches, source, services,
       run_as, allows_containers, installs_dependencies, includes_skills, keeps_warm, refreshes_on_change,
       is_default_for_repositories, created_at, updated_at)
     values ($1, $2, 'Shop', 'Box', 'blue', '{small}', '{}', '{}', '{"kind": "base"}', '[]', 'root', false, false, false, false,
       false, false, now(), now())`,
    [project, organizationId],
  );
  const agent = newId();
  ids = { project, integration, repository: repository.id, other: other.id, agent, key: newId() };
  await run(
    `insert into api_keys (id, organization_id, user_id, token_preview, token_hash, created_at, updated_at)
     values ($1, $2, $3, '', '\\x00', now(), now())`,
    [ids.key, organizationId, t.userId],
  );
  await addAgent(agent);
});
after(async () => {
  await second.close();
  await pool.end();
  await t.drop();
});

/** Runs a statement as any other program would, without the product's code. */
const run = async (text: string, values: readonly unknown[] = []) =>
  (await t.database.pool.query(text, [...values])).rows as Record<string, unknown>[];

const addAgent = (id: string) =>
  run(
    `insert into agents (id, organization_id, name, content_version, agent_options, mcp_servers, repository_ids,
       auto_detect_repositories, overlap, created_at, updated_at)
     values ($1, $2, 'Agent', 1, '{}', '{}', '{}', false, 'skip', now(), now())`,
    [id, t.organizationId],
  );

/** Adds a session with one of everything that its item shows. */
async function addFullSession(): Promise<Session> {
  const repository = (await t.store.repositories.find(t.organizationId, ids.repository))!;
  const source = { kind: "issue", repositoryId: repository.id, number: 1, url: `http://x/${newId()}` };
  const session = await t.addSession(
    { projectId: ids.project, source: source as unknown as Session["source"], createdByKeyId: ids.key },
    [repository],
  );
  const lease = await t.startTurn(session.id);
  await t.store.diffs.save(lease, aDiff({ sessionId: session.id, repositoryId: repository.id }), {
    text: "",
    isComplete: true,
  });
  await t.store.pullRequests.save(lease, {
    ...aPullRequest({ organizationId: t.organizationId, sessionId: session.id, repositoryId: repository.id }),
    number: ++pullRequests,
  });
  await run(
    `insert into artifacts (id, session_id, type, title, content, created_at, updated_at)
     values ($1, $2, 'Plan', 'Plan', '', now(), now())`,
    [newId(), session.id],
  );
  await run(
    `insert into agent_runs (id, agent_id, status, cause, payload, session_id, created_at, updated_at, ended_at)
     values ($1, $2, 'completed', 'manual', '{}', $3, now(), now(), now())`,
    [newId(), ids.agent, session.id],
  );
  return session;
}
let pullRequests = 0;

const viewer = () => ({ organizationId: t.organizationId, userId: t.userId });

async function list(store: Store = t.store): Promise<Map<string, object>> {
  const page = { sortBy: "createdAt", limit: 100, viewerUserId: t.userId } as const;
  const { cards } = await store.sessionLists.page(t.organizationId, page, itemFormat);
  const items = await sessionItems({ store } as never, viewer(), cards);
  return new Map(items.map((text) => [(JSON.parse(text) as { id: string }).id, JSON.parse(text)]));
}

const itemOf = async (id: string, store?: Store) => (await list(store)).get(id);

/** Returns true if the next list sends the stored item. */
async function isStored(id: string): Promise<boolean> {
  const page = { sortBy: "createdAt", limit: 100 } as const;
  const { cards } = await t.store.sessionLists.page(t.organizationId, page, itemFormat);
  return cards.find((card) => card.id === id)!.item !== null;
}

/** Computes the item without the store of items. */
async function computed(id: string): Promise<object> {
  const parts = (await t.store.sessionLists.parts([id])).get(id)!;
  return JSON.parse(JSON.stringify(itemView(await t.store.sessions.get(id), parts))) as object;
}

interface Change {
  readonly name: string;
  readonly table: string;
  /** Prepares the session `$1`. */
  readonly given?: string;
  /** Changes the session `$1`. */
  readonly statement: string;
  readonly undo?: string;
}

const ofSession = (name: string, set: string): Change => ({
  name,
  table: "sessions",
  statement: `update sessions set ${set} where id = $1`,
});

const askOf = (kind: "permission" | "question") => `
  insert into asks (id, session_id, turn_id, asked, created_at, expires_at)
  select gen_random_uuid(), $1, id, '{"kind": "${kind}"}', now(), now() from turns where session_id = $1`;
const proposedPlan = `
  insert into plans (artifact_id, session_id, turn_id, is_asked_for)
  select a.id, $1, t.id, false from turns t join artifacts a using (session_id) where t.session_id = $1`;

const changes: readonly Change[] = [
  ofSession("title", "title = 'Other'"),
  ofSession("agent", "harness = 'codex', model = 'm'"),
  ofSession("provider", "provider = 'bedrock'"),
  ofSession("status", "status = 'completed'"),
  ofSession("time of the last change", "updated_at = now()"),
  ofSession("time of the last message", "last_queued_at = now()"),
  ofSession("privacy", "visibility = 'private'"),
  ofSession("pin", "is_pinned = true"),
  ofSession("archive", "archived_at = now()"),
  ofSession("level", "level = 3"),
  ofSession("project", "project_id = null"),
  ofSession("source", "source = null"),
  {
    name: "added repository",
    table: "session_repositories",
    statement: `insert into session_repositories (session_id, repository_id, position, directory, branch_name, target_branch)
      select $1, r.id, 2, 'd', 'b', 'main' from repositories r where r.integration_id is null limit 1`,
  },
  {
    name: "removed repository",
    table: "session_repositories",
    statement: "delete from session_repositories where session_id = $1",
  },
  {
    name: "repository",
    table: "session_repositories",
    statement: `update session_repositories set repository_id = (select id from repositories where integration_id is null limit 1)
      where session_id = $1`,
  },
  {
    name: "state of the pull request",
    table: "pull_requests",
    statement: "update pull_requests set status = 'merged' where session_id = $1",
  },
  {
    name: "draft state of the pull request",
    table: "pull_requests",
    statement: "update pull_requests set is_draft = true where session_id = $1",
  },
  {
    name: "address of the pull request",
    table: "pull_requests",
    statement: "update pull_requests set url = 'http://x/2' where session_id = $1",
  },
  {
    name: "detached pull request",
    table: "pull_requests",
    statement: "update pull_requests set session_id = null where session_id = $1",
  },
  {
    name: "new pull request",
    table: "pull_requests",
    statement: `insert into pull_requests select (r).* from (select jsonb_populate_record(p, jsonb_build_object(
        'id', gen_random_uuid(), 'number', p.number + 10000)) as r from pull_requests p where session_id = $1) as copy`,
  },
  {
    name: "removed pull request",
    table: "pull_requests",
    statement: "delete from pull_requests where session_id = $1",
  },
  {
    name: "type of the artifact",
    table: "artifacts",
    statement: "update artifacts set type = 'Response' where session_id = $1",
  },
  {
    name: "removed artifact",
    table: "artifacts",
    statement: "delete from artifacts where session_id = $1",
  },
  {
    name: "new artifact",
    table: "artifacts",
    statement: `insert into artifacts (id, session_id, type, title, content, created_at, updated_at)
      values (gen_random_uuid(), $1, 'Plan', '', '', now(), now())`,
  },
  {
    name: "diff",
    table: "diffs",
    statement: "update diffs set additions = 7, deletions = 8 where session_id = $1",
  },
  { name: "removed diff", table: "diffs", statement: "delete from diffs where session_id = $1" },
  ...(["permission", "question"] as const).map((kind) => ({
    name: `open ${kind}`,
    table: "asks",
    statement: askOf(kind),
  })),
  {
    name: "answer",
    table: "asks",
    given: askOf("question"),
    statement: "update asks set answer = '{}', answered_at = now() where session_id = $1",
  },
  {
    name: "removed question",
    table: "asks",
    given: askOf("question"),
    statement: "delete from asks where session_id = $1",
  },
  { name: "plan", table: "plans", statement: proposedPlan },
  {
    name: "decision on the plan",
    table: "plans",
    given: proposedPlan,
    statement: "update plans set state = 'approved', decided_at = now() where session_id = $1",
  },
  {
    name: "removed plan",
    table: "plans",
    given: proposedPlan,
    statement: "delete from plans where session_id = $1",
  },
  {
    name: "run of an agent",
    table: "agent_runs",
    statement: "update agent_runs set session_id = null where session_id = $1",
  },
  {
    name: "removed run",
    table: "agent_runs",
    statement: "delete from agent_runs where session_id = $1",
  },
  {
    name: "name of the project",
    table: "projects",
    statement:
      "update projects set name = name || '2' where id = (select project_id from sessions where id = $1)",
  },
  {
    name: "icon and color of the project",
    table: "projects",
    statement: `update projects set icon = icon || '2', color = color || '2'
      where id = (select project_id from sessions where id = $1)`,
  },
  {
    name: "name of the integration",
    table: "integrations",
    statement: `update integrations set display_name = display_name || '2' where id = (
      select r.integration_id from session_repositories u join repositories r on r.id = u.repository_id where u.session_id = $1)`,
  },
  {
    name: "integration of the repository",
    table: "repositories",
    statement: `update repositories set integration_id = null where id = (
      select u.repository_id from session_repositories u where u.session_id = $1)`,
    undo: `update repositories set integration_id = (select id from integrations limit 1) where id = (
      select u.repository_id from session_repositories u where u.session_id = $1)`,
  },
];

async function withoutTriggers(table: string, work: () => Promise<void>): Promise<void> {
  const set = async (state: string) => {
    for (const { name } of await run(
      "select tgname as name from pg_trigger where tgrelid = $1::regclass and tgname like '%card%'",
      [table],
    ))
      await run(`alter table ${table} ${state} trigger ${name as string}`);
  };
  await set("disable");
  try {
    await work();
  } finally {
    await set("enable");
  }
}

for (const { name, table, given, statement, undo } of changes)
  test(`lists the new ${name} on every server after another program changes it`, async () => {
    for (const isGuarded of [true, false]) {
      const { id } = await addFullSession();
      if (given !== undefined) await run(given, [id]);
      const before = await itemOf(id);
      assert.deepEqual(before, await computed(id));
      assert.ok(await isStored(id));
      const change = async () => void (await run(statement, [id]));
      await (isGuarded ? change() : withoutTriggers(table, change));
      const now = await computed(id);
      assert.notDeepEqual(now, before, "the statement changes the item");
      if (isGuarded) {
        assert.deepEqual(await itemOf(id, second.store), now);
        assert.ok(await isStored(id));
        assert.deepEqual(await itemOf(id), now);
      } else assert.deepEqual(await itemOf(id), before, "without the trigger, the list shows the old item");
      if (undo !== undefined) await run(undo, [id]);
    }
  });

test("sends the stored item unchanged, and stores it only once", async () => {
  const { id } = await addFullSession();
  await list();
  const stored = () =>
    run("select item, version, xmin::text as xmin from session_cards where session_id = $1", [id]);
  const [first] = await stored();
  await Promise.all([list(), list(second.store)]);
  assert.deepEqual(await stored(), [first]);
  assert.deepEqual(JSON.parse(first!.item as string), await computed(id));
});

test("computes the item again for another format", async () => {
  const { id } = await addFullSession();
  await list();
  const { cards } = await t.store.sessionLists.page(
    t.organizationId,
    { sortBy: "createdAt", limit: 100 },
    itemFormat + 1,
  );
  assert.equal(cards.find((card) => card.id === id)!.item, null);
});

const readOutdated = async (store: Store, id: string) => {
  const [card] = await store.sessionCards.readOutdated(t.organizationId, [id], t.userId);
  return card!.state;
};

test("does not list an item that was computed before a change, whenever it is stored", async () => {
  const { id } = await addFullSession();
  const state = await readOutdated(t.store, id);
  await run("update sessions set title = 'Later' where id = $1", [id]);
  await t.store.sessionCards.save(itemFormat, [{ id, state, item: `{"id":"${id}","title":"Earlier"}` }]);
  assert.equal(await isStored(id), false);
  assert.deepEqual(await itemOf(id), await computed(id));

  const late = await readOutdated(t.store, id);
  await run("update sessions set title = 'Latest' where id = $1", [id]);
  await list(second.store);
  await t.store.sessionCards.save(itemFormat, [{ id, state: late, item: `{"id":"${id}","title":"Late"}` }]);
  assert.deepEqual(await itemOf(id), await computed(id), "keeps the newer item");
  // Control: without the condition on the version, the older item replaces the newer one.
  const [card] = await run("select version::text as version from session_cards where session_id = $1", [id]);
  const unchecked = { ...late, version: card!.version as string };
  await t.store.sessionCards.save(itemFormat, [
    { id, state: unchecked, item: `{"id":"${id}","title":"Late"}` },
  ]);
  assert.notDeepEqual(await itemOf(id), await computed(id));
});

test("does not list an item that was computed before a rename, whenever it is stored", async () => {
  const { id } = await addFullSession();
  const state = await readOutdated(t.store, id);
  await run("update projects set name = name || '3' where id = $1", [ids.project]);
  await t.store.sessionCards.save(itemFormat, [{ id, state, item: `{"id":"${id}"}` }]);
  assert.deepEqual(await itemOf(id), await computed(id));
});

test("lists the old item until a transaction commits, and neither waits for the other", async () => {
  const { id } = await addFullSession();
  const old = await itemOf(id);
  for (const end of ["rollback", "commit"]) {
    const client = await pool.connect();
    try {
      await client.query("begin");
      await client.query("update sessions set title = 'Open' where id = $1", [id]);
      await client.query("update pull_requests set is_draft = true where session_id = $1", [id]);
      assert.deepEqual(await itemOf(id), old);
      // Another server stores the old item while the transaction is open.
      const state = await readOutdated(t.store, id);
      await t.store.sessionCards.save(itemFormat, [{ id, state, item: JSON.stringify(old) }]);
      assert.deepEqual(await itemOf(id), old);
      await client.query(end);
    } finally {
      client.release();
    }
    assert.deepEqual(await itemOf(id), await computed(id));
  }
  assert.notDeepEqual(await itemOf(id), old);
});

test("two transactions change a session in opposite order without waiting for each other's card", async () => {
  const { id } = await addFullSession();
  await list();
  const [one, other] = [await pool.connect(), await pool.connect()];
  try {
    await Promise.all([one.query("begin"), other.query("begin")]);
    await one.query("update diffs set additions = 9 where session_id = $1", [id]);
    await other.query("update artifacts set type = 'Response' where session_id = $1", [id]);
    await one.query("update sessions set title = 'One' where id = $1", [id]);
    await other.query("update pull_requests set is_draft = true where session_id = $1", [id]);
    await one.query("commit");
    assert.deepEqual(await itemOf(id), await computed(id));
    await other.query("commit");
  } finally {
    one.release();
    other.release();
  }
  assert.deepEqual(await itemOf(id), await computed(id));
});

test("keeps one row for many changes of a session, and one epoch for many renames in a transaction", async () => {
  const { id } = await addFullSession();
  await list();
  for (let level = 1; level <= 20; level++)
    await run("update sessions set level = $2 where id = $1", [id, level]);
  const rows = await run("select count(*)::int as count from session_card_changes where session_id = $1", [
    id,
  ]);
  assert.deepEqual(rows, [{ count: 1 }]);

  const epoch = async () =>
    Number(
      (await run("select epoch from session_card_epochs where organization_id = $1", [t.organizationId]))[0]!
        .epoch,
    );
  const before = await epoch();
  await run(`do $$ begin
    update projects set name = name || '4'; update projects set name = name || '5'; end $$`);
  assert.equal(await epoch(), before + 1);
  await run("update projects set name = name || '6'");
  assert.equal(await epoch(), before + 2);
});

test("does not outdate an item when a turn changes what no item shows", async () => {
  const { id } = await addFullSession();
  await list();
  await run("update sessions set workspace_checked_at = now(), last_seq = last_seq + 1 where id = $1", [id]);
  await run("update session_repositories set base_sha = 'a' where session_id = $1", [id]);
  await run("update pull_requests set checks = '{}', title = 'x' where session_id = $1", [id]);
  await run("update diffs set captured_at = now() where session_id = $1", [id]);
  assert.ok(await isStored(id));
});

test("keeps no item of a deleted session, even if a server stores it during the deletion", async () => {
  const { id } = await addFullSession();
  await list();
  const cardsOf = async () => [
    ...(await run("select session_id from session_cards where session_id = $1", [id])),
    ...(await run("select session_id from session_card_changes where session_id = $1", [id])),
  ];
  const state = await readOutdated(t.store, id);
  await t.store.sessionChanges.hide(id, someTime);
  await t.store.sessionCards.save(itemFormat, [{ id, state, item: "{}" }]);
  assert.equal(await itemOf(id), undefined);
  assert.deepEqual(await run("select item from session_cards where session_id = $1", [id]), []);
  await t.store.sessionChanges.purge(id, someTime);
  assert.deepEqual(await cardsOf(), []);

  const kept = await addFullSession();
  await list();
  await withoutTriggers("sessions", () => t.store.sessionChanges.hide(kept.id, someTime));
  const left = await run("select session_id from session_cards where session_id = $1", [kept.id]);
  assert.equal(left.length, 1, "control: without the trigger, the item stays");
});

test("omits a session that becomes private between the page and its item", async () => {
  const { id } = await addFullSession();
  const cards = [{ id, item: null }];
  const another = { organizationId: t.organizationId, userId: newId() };
  assert.equal((await sessionItems({ store: t.store } as never, another, cards)).length, 1);
  await run("update sessions set visibility = 'private' where id = $1", [id]);
  assert.deepEqual(await sessionItems({ store: t.store } as never, another, cards), []);
  assert.equal(
    (await sessionItems({ store: t.store } as never, viewer(), cards)).length,
    1,
    "its creator sees it",
  );
});
