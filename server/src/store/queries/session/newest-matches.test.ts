import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { addPerson } from "../../../testing/person.ts";
import { aMessage, openTestStore, type TestStore } from "../../../testing/test-store.ts";
import { createSql, type Sql } from "../sql.ts";
import { newestMatches } from "./newest-matches.ts";
import { prepareTerms, type SearchPlan, type SearchTerms } from "./search-terms.ts";
import { conditionsOf } from "./session-conditions.ts";
import { rarestParts, readWordStatistics, type WordStatistics } from "./word-statistics.ts";

const maxFound = 200;
const common = ["the", "fix", "login", "upload", "café"];
const words = ["refactor", "part12345", "blogging", "zürich", "telemetry", "naïve", "x1", "日本語の"];
const searches = [
  ...common,
  ...words,
  ...["logi", "ogin", "fix login", "login fix", "src/part", "art123", "rich", "本語", "x", "100%", "nothing"],
];
let t: TestStore;
let sql: Sql;
let viewer: string;
let statistics: WordStatistics;

before(async () => {
  t = await openTestStore();
  const { userId, keyId } = await addPerson(t);
  const other = await addPerson(t);
  viewer = userId;
  const otherOrganization = await t.addOrganization();
  let seed = 1;
  const random = () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
  const pick = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)]!;
  for (let number = 0; number < 640; number++) {
    const text = () => Array.from({ length: 5 }, () => pick(random() < 0.9 ? common : words)).join(" ");
    const { id } = await t.addSession({
      organizationId: random() < 0.9 ? t.organizationId : otherOrganization,
      title: text(),
      prompt: `${text()} src/${pick(words)}.ts, 100%`,
      visibility: pick(["public", "public", "private"]),
      createdByKeyId: pick([keyId, other.keyId]),
    });
    if (random() < 0.1) await t.store.messages.insert(aMessage({ sessionId: id, content: text() }));
    if (random() < 0.05)
      await t.database.pool.query("update sessions set deleted_at = created_at where id = $1", [id]);
  }
  await t.database.pool.query("analyze session_search");
  sql = createSql(t.database.pool, (call) => call());
  statistics = await readWordStatistics(sql);
});
after(() => t.drop());

interface Found {
  readonly id: string;
  readonly rank: number;
}

async function findBy(plan: SearchPlan, search: string, change: Partial<SearchTerms> = {}): Promise<Found[]> {
  const terms = await prepareTerms(sql, t.organizationId, search, maxFound);
  const parts = rarestParts(statistics, terms.longest);
  const where = conditionsOf(t.organizationId, { viewerUserId: viewer });
  const { rank, from } = newestMatches({ ...terms, parts, ...change, plan }, where, t.organizationId);
  return sql.rowsWithFreshPlan(
    `select id, ${rank}::float8 + is_literal::integer * 0.1::float8 as rank from (${from} limit ${maxFound}) as newest
     order by rank desc, id desc`,
    where.values,
  );
}

/** Finds the same sessions with a plain statement. */
async function findPlainly(search: string): Promise<Found[]> {
  const { literal, query, longest } = await prepareTerms(sql, t.organizationId, search, maxFound);
  const isIndexed = /[\p{L}\p{N}]{3}/u.test(longest);
  return sql.rowsWithFreshPlan(
    `select id, coalesce(ts_rank(lexemes, $2::tsquery), 0)::float8 + (words like $1)::integer * 0.1::float8 as rank from (
       select s.id, own.lexemes, own.words from session_search own join sessions s on s.id = own.session_id
       where s.organization_id = $3 and s.deleted_at is null
         and (s.visibility = 'public' or s.created_by_key in (select k.id from api_keys k where k.user_id = $4))
         and (own.lexemes @@ $2::tsquery or own.words like $1 and ($5 or $2 is null))
       order by s.id desc limit ${maxFound}
     ) as newest order by rank desc, id desc`,
    [literal, query, t.organizationId, viewer, isIndexed],
  );
}

for (const plan of ["lookUp", "any"] as const)
  test(`finds the same sessions as a plain statement with the plan "${plan}"`, async () => {
    let found = 0;
    for (const search of searches) {
      const expected = await findPlainly(search);
      assert.deepEqual(await findBy(plan, search), expected, search);
      found += expected.length;
    }
    assert.ok(found > 1_000);
  });

test("misses sessions with parts that are not in the word, as a control", async () => {
  const expected = await findPlainly("ogin");
  assert.ok(expected.length > 0);
  assert.deepEqual(await findBy("lookUp", "ogin"), expected);
  assert.notDeepEqual(await findBy("lookUp", "ogin", { parts: ["zur"] }), expected);
});

test("pages through a search in the order of a plain statement, and counts its sessions", async () => {
  const plans = new Set<SearchPlan>();
  for (const search of ["login", "telemetry", "ogin", "fix login"]) {
    plans.add((await prepareTerms(sql, t.organizationId, search, maxFound)).plan);
    const expected = (await findPlainly(search)).map(({ id }) => id);
    const filter = { search, viewerUserId: viewer };
    const ids: string[] = [];
    let after: { readonly value: number; readonly id: string } | null = null;
    do {
      const page = { ...filter, sortBy: "createdAt", limit: 7, ...(after && { after }) } as const;
      const { cards, next } = await t.store.sessionLists.page(t.organizationId, page, 1);
      ids.push(...cards.map(({ id }) => id));
      after = next;
    } while (after !== null);
    assert.deepEqual(ids, expected, search);
    assert.equal(await t.store.sessionLists.count(t.organizationId, filter), expected.length);
  }
  assert.deepEqual([...plans].toSorted(), ["any", "lookUp"]);
});
