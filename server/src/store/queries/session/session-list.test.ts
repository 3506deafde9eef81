import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { newId } from "../../../core/base/index.ts";
import type { Reviewer } from "../../../core/forges/index.ts";
import type { SessionFilter, SessionPage } from "../../../core/sessions/index.ts";
import { aMessage, aPullRequest, openTestStore, type TestStore } from "../../../testing/test-store.ts";
import type { Query } from "../query.ts";
import { maxCounted, sessionListQueries } from "./session-list.ts";

let t: TestStore;
before(async () => {
  t = await openTestStore();
});
after(() => t.drop());

const idsOf = async (organizationId: string, filter: SessionFilter) => {
  const page = { sortBy: "createdAt", limit: 100, ...filter } as const;
  const { cards } = await t.store.sessionLists.page(organizationId, page, 1);
  return cards.map(({ id }) => id);
};

/** Copies a session many times, without the triggers, which would be slow for a thousand rows. */
async function addMany(likeId: string, count: number): Promise<void> {
  const client = await t.database.pool.connect();
  try {
    await client.query("set session_replication_role = replica");
    const { rows } = await client.query<{ columns: string }>(
      `select string_agg(quote_ident(column_name), ', ') as columns from information_schema.columns
       where table_name = 'sessions' and column_name not in ('id', 'number')`,
    );
    const { columns } = rows[0]!;
    await client.query(
      `insert into sessions (id, ${columns}) select gen_random_uuid(), ${columns} from sessions, generate_series(1, $2) where id = $1`,
      [likeId, count],
    );
  } finally {
    await client.query("reset session_replication_role");
    client.release();
  }
}

test("counts sessions exactly up to 10,000 and reports further pages after that", async () => {
  const organizationId = await t.addOrganization();
  const first = await t.addSession({ organizationId });
  const totals = async (page: number) => {
    const { sessions, totalCount } = await t.store.sessions.list(organizationId, { page, limit: 100 });
    return [sessions.length, totalCount];
  };
  await addMany(first.id, maxCounted - 1);
  assert.equal(await t.store.sessionLists.count(organizationId, {}), maxCounted);
  assert.deepEqual(await totals(100), [100, maxCounted]);
  assert.deepEqual(await totals(101), [0, maxCounted]);

  await addMany(first.id, 150);
  assert.equal(await t.store.sessionLists.count(organizationId, {}), maxCounted);
  assert.deepEqual(await totals(1), [100, maxCounted]);
  assert.deepEqual(await totals(100), [100, maxCounted + 1], "reports a further page");
  assert.deepEqual(await totals(101), [100, maxCounted + 101]);
  assert.deepEqual(await totals(102), [50, maxCounted + 150], "counts the last page");
  assert.deepEqual(await totals(103), [0, maxCounted + 150]);
});

test("finds sessions by participants, both among few and among thousands of sessions", async () => {
  const organizationId = await t.addOrganization();
  await t.addSession({ organizationId });
  const listed = await t.addSession({ organizationId });
  const author = { name: "Ada", email: "ada@example.test", login: "ada", avatarUrl: null };
  await t.store.messages.insert(aMessage({ sessionId: listed.id, author }));
  assert.deepEqual(await idsOf(organizationId, { participants: ["ada"] }), [listed.id]);
  assert.deepEqual(await idsOf(organizationId, { participants: ["nobody"] }), []);
  assert.equal(await t.store.sessionLists.count(organizationId, { participants: ["ada"] }), 1);
  assert.deepEqual(await idsOf(organizationId, { participants: ["ada"], search: "login" }), [listed.id]);

  // Adds enough sessions for the planner to scan from the newest one, and messages in other sessions and in another organization.
  const elsewhere = await t.addSession({ organizationId: await t.addOrganization() });
  await addMany(elsewhere.id, 5_100);
  await t.database.pool.query(
    `insert into messages (id, session_id, position, content, author, created_at, updated_at)
     select gen_random_uuid(), s.id, row_number() over (), 'Please', '{"login": "ada"}', s.created_at, s.created_at
     from sessions s where s.organization_id = $1`,
    [elsewhere.organizationId],
  );
  assert.deepEqual(await idsOf(organizationId, { participants: ["ada"] }), [listed.id]);
  assert.equal(await t.store.sessionLists.count(elsewhere.organizationId, { participants: ["ada"] }), 5_101);
});

test("finds running and queued sessions by turn, and others by status and harness", async () => {
  const organizationId = await t.addOrganization();
  const failed = await t.addSession({ organizationId, status: "failed", harness: "pi" });
  const queued = await t.addSession({ organizationId, status: "queued" });
  const running = await t.addSession({ organizationId, status: "inProgress" });
  for (const { id } of [queued, running]) await t.addTurn(id);
  assert.deepEqual(await idsOf(organizationId, { statuses: ["inProgress"] }), [running.id]);
  assert.deepEqual(
    (await idsOf(organizationId, { statuses: ["queued", "inProgress"] })).sort(),
    [queued.id, running.id].sort(),
  );
  assert.deepEqual(
    (await idsOf(organizationId, { statuses: ["failed", "queued"] })).sort(),
    [failed.id, queued.id].sort(),
  );
  assert.deepEqual(await idsOf(organizationId, { harnesses: ["pi"] }), [failed.id]);
  assert.equal(await t.store.sessionLists.count(organizationId, { statuses: ["queued"] }), 1);
});

test("finds archived sessions, all others, or both, in lists and searches", async () => {
  const organizationId = await t.addOrganization();
  const archived = await t.addSession({ organizationId, archivedAt: new Date() });
  const other = await t.addSession({ organizationId });
  for (const [filter, expected] of [
    [{}, [other.id, archived.id]],
    [{ isArchived: false }, [other.id]],
    [{ isArchived: true }, [archived.id]],
    [{ isArchived: true, harnesses: ["pi"] }, []],
  ] as const) {
    assert.deepEqual((await idsOf(organizationId, filter)).sort(), expected.toSorted());
    assert.equal(await t.store.sessionLists.count(organizationId, filter), expected.length);
    const search = { ...filter, search: "login" };
    assert.deepEqual((await idsOf(organizationId, search)).sort(), expected.toSorted(), "search");
    assert.equal(await t.store.sessionLists.count(organizationId, search), expected.length, "search");
  }
});

/** Returns the plan of the statement that reads a page. */
async function planOf(organizationId: string, filter: Partial<SessionPage>) {
  const plans: string[] = [];
  const explain = async (statement: string | Query, values: readonly unknown[] = []) => {
    const asked = typeof statement === "string" ? { text: statement, values } : statement;
    const { rows } = await t.database.pool.query(`explain ${asked.text}`, [...asked.values]);
    plans.push(JSON.stringify(rows));
    return [];
  };
  const page: SessionPage = { sortBy: "lastQueuedAt", limit: 50, ...filter };
  await sessionListQueries({ rows: explain, rowsWithFreshPlan: explain }).page(organizationId, page, 1);
  return plans.join();
}

test("reads only sessions of the page if nearly all sessions are archived, or nearly none", async () => {
  const organizationId = await t.addOrganization();
  const [archived, other] = [
    await t.addSession({ organizationId, archivedAt: new Date() }),
    await t.addSession({ organizationId }),
  ];
  for (const [many, few] of [
    [archived, other],
    [other, archived],
  ] as const) {
    await addMany(many.id, 3_000);
    await addMany(few.id, 10);
    await t.database.pool.query("analyze sessions");
    for (const [sortBy, index] of [
      ["lastQueuedAt", "queued"],
      ["createdAt", "created"],
      ["updatedAt", "updated"],
    ] as const) {
      for (const isArchived of [false, true]) {
        const kind = isArchived ? "archived" : "unarchived";
        // Among few sessions, each index without the others is fast.
        const isOfMany = isArchived === (many === archived);
        const expected = isOfMany ? `sessions_${kind}_${index}_index` : `sessions_${kind}_(\\w+_)?index`;
        assert.match(await planOf(organizationId, { sortBy, isArchived }), new RegExp(expected));
      }
      const all = await planOf(organizationId, { sortBy });
      assert.match(all, new RegExp(`[^d]_${index}_index`), `control: ${all}`);
    }
    await t.database.pool.query("delete from sessions where organization_id = $1 and id <> all ($2)", [
      organizationId,
      [archived.id, other.id],
    ]);
  }
});

test("finds sessions by pending reviewer in open pull requests, by login or ID", async () => {
  const organizationId = await t.addOrganization();
  const repository = await t.addRepository({ organizationId });
  let number = 0;
  const withReview = async (
    state: Reviewer["state"],
    status: "open" | "merged",
    user: { login: string; id: string },
  ) => {
    const session = await t.addSession({ organizationId }, [repository]);
    await t.store.pullRequests.observe({
      ...aPullRequest({
        organizationId,
        sessionId: session.id,
        repositoryId: repository.id,
        number: ++number,
      }),
      status,
      reviewers: [
        {
          user: { ...user, name: null, email: null, avatarUrl: null, profileUrl: null, isBot: false },
          state,
        },
      ],
    });
    return session.id;
  };
  const ada = { login: "ada", id: "7" };
  const waits = await withReview("awaiting", "open", ada);
  await withReview("approved", "open", ada);
  await withReview("awaiting", "merged", ada);
  await withReview("awaiting", "open", { login: "bob", id: "8" });
  for (const key of ["ada", "7"])
    assert.deepEqual(await idsOf(organizationId, { pendingReviewers: [key] }), [waits]);
  assert.equal((await idsOf(organizationId, { pendingReviewers: ["8", "ada"] })).length, 2);
  assert.deepEqual(await idsOf(organizationId, { pendingReviewers: ['a"d', "nobody", "a\0", "\ud800"] }), []);
});

test("uses an index for each filter", async () => {
  const client = await t.database.pool.connect();
  const plans: [RegExp, string][] = [];
  for (const way of ["seqscan", "indexscan", "indexonlyscan"]) await client.query(`set enable_${way} = off`);
  for (const [from, index, condition] of [
    [`sessions where created_by_key = '${newId()}'`, "sessions_maker_index", "Index Cond.*created_by_key"],
    [
      `sessions where organization_id = '${newId()}' and source ->> 'url' = any ('{a}')`,
      "sessions_external_index",
      "Index Cond.*'url'",
    ],
    [
      "sessions where id in (select t.session_id from turns t where t.status in ('queued', 'running'))",
      "turns_active_key",
      "",
    ],
    [`messages where sent_by_key = '${newId()}'`, "messages_sender_index", "Index Cond.*sent_by_key"],
    [
      "messages where author is not null and author ->> 'login' = any ('{a}')",
      "messages_author_index",
      "Index Cond.*'login'",
    ],
  ] as const) {
    await client.query("begin");
    // The statistics of other indexes must not affect the plan.
    await client.query(
      `do $$ declare other regclass; begin
         for other in select indexrelid::regclass from pg_index where indrelid in ('sessions'::regclass, 'messages'::regclass)
           and indexrelid <> '${index}'::regclass
           and not exists (select from pg_constraint where conindid = indexrelid)
         loop execute 'drop index ' || other; end loop; end $$`,
    );
    const plan = await client.query(`explain select id from ${from}`);
    await client.query("rollback");
    plans.push([new RegExp(`${index}.*${condition}`), JSON.stringify(plan.rows)]);
  }
  client.release(true);
  for (const [pattern, plan] of plans) assert.match(plan, pattern);
});
