import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type Edge, startEdge } from "../../support/api-edge.ts";

const UNKNOWN_ID = "01890a5d-ac96-774b-bcce-b302099a8057";
let edge: Edge;
before(async () => {
  edge = await startEdge();
});
after(() => edge.close());

interface Listed {
  readonly sessions: { id: string; title: string }[];
  readonly meta: Record<string, unknown>;
}

test("returns pagination fields, even for a page past the end", async () => {
  for (let index = 0; index < 3; index++) await edge.draft({ prompt: `Pagination ${index}.` });
  const page = (query: string) => edge.json<Listed>({ path: `/session/search?q=Pagination&${query}` });
  const at = (currentPage: number, hasNext: boolean, hasPrevious: boolean) => ({
    totalCount: 3,
    totalPages: 2,
    currentPage,
    pageSize: 2,
    hasNext,
    hasPrevious,
  });
  const [first, second, beyond] = [
    await page("limit=2"),
    await page("limit=2&page=2"),
    await page("limit=2&page=1000000"),
  ];
  assert.deepEqual(
    first.sessions.map(({ title }) => title),
    ["Pagination 2", "Pagination 1"],
  );
  assert.deepEqual(
    second.sessions.map(({ title }) => title),
    ["Pagination 0"],
  );
  assert.deepEqual(beyond.sessions, []);
  assert.deepEqual(
    [first.meta, second.meta, beyond.meta],
    [at(1, true, false), at(2, false, true), at(1_000_000, false, true)],
  );
  const none = await edge.json<Listed>({ path: "/session/search?q=NothingIsCalledThis" });
  assert.deepEqual(none.meta, {
    totalCount: 0,
    totalPages: 0,
    currentPage: 1,
    pageSize: 10,
    hasNext: false,
    hasPrevious: false,
  });
});

test("searches titles and descriptions case-insensitively, and matches % and _ literally", async () => {
  const { id } = await edge.draft({ prompt: "Ünïcode 100% under_score.", description: "Hidden Gem\\slash" });
  const found = async (q: string) => {
    const { sessions } = await edge.json<Listed>({ path: `/session/search?q=${encodeURIComponent(q)}` });
    return sessions.map((session) => session.id).includes(id);
  };
  for (const q of ["ünïCODE", "100%", "under_score", "hidden gem", "GEM\\SLASH", "00% under"])
    assert.ok(await found(q), q);
  // A match inside a word needs three consecutive letters. "0% u" has fewer and does not match the start of a word.
  for (const q of ["over_score", "nothing%", "hidden%jewel", "0% u"]) assert.ok(!(await found(q)), q);
  const percent = await edge.json<Listed>({ path: `/session/search?q=${encodeURIComponent("%")}` });
  assert.deepEqual(
    percent.sessions.map((session) => session.id),
    [id],
  );
  const tasks = await edge.json<{ issues: { id: string }[]; query: string }>({
    path: "/task/search?q=hidden",
  });
  assert.deepEqual([tasks.issues[0]?.id, tasks.query], [id, "hidden"]);
});

test("returns every item exactly once when paging by cursor", async () => {
  for (let index = 0; index < 3; index++)
    await edge.json({ path: "/v1/repositories", body: { owner: "walk", name: `r${index}` } });
  for (const path of ["/v1/repositories?search=walk", "/v1/repositories?search=walk&order=asc"]) {
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const next: string = cursor === null ? "" : `&cursor=${cursor}`;
      const page: { items: { name: string }[]; nextCursor: string | null } = await edge.json({
        path: `${path}&limit=1${next}`,
      });
      assert.equal(page.items.length, 1);
      seen.push(...page.items.map(({ name }) => name));
      cursor = page.nextCursor;
    } while (cursor !== null);
    assert.deepEqual(seen, path.endsWith("asc") ? ["r0", "r1", "r2"] : ["r2", "r1", "r0"]);
  }
  const past = await edge.json<{ items: unknown[]; nextCursor: null }>({
    path: `/v1/repositories?cursor=00000000-0000-0000-0000-000000000000`,
  });
  assert.deepEqual(past, { items: [], nextCursor: null });
});

interface EventPage {
  readonly items: { id: number; messageId: string | null; eventType: string }[];
  readonly nextCursor: string | null;
}

test("lists events by cursor, and by message", async () => {
  const session = await edge.client.session.create({ prompt: 'Work. SCRIPT(say("Done."))' });
  await edge.ended(session.id);
  const path = `/v1/sessions/${session.id}/events`;
  const seen: number[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const page: EventPage = await edge.json({
      path: `${path}?limit=3${cursor === "" ? "" : `&cursor=${cursor}`}`,
    });
    seen.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor;
  }
  assert.deepEqual(
    seen,
    seen.map((_, index) => index + 1),
  );
  assert.ok(seen.length > 5);

  const none = await edge.json<EventPage>({ path: `${path}?messageId=null` });
  assert.deepEqual(
    none.items.map(({ eventType }) => eventType),
    ["session.created"],
  );
  const every = await edge.json<EventPage>({ path: `${path}?limit=100` });
  const messageId = every.items.at(-1)!.messageId!;
  const mine = await edge.json<EventPage>({ path: `${path}?limit=100&messageId=${messageId}` });
  assert.deepEqual(
    mine.items.map(({ id }) => id),
    seen.slice(1),
  );
  assert.deepEqual(await edge.json({ path: `${path}?messageId=${UNKNOWN_ID}` }), {
    items: [],
    nextCursor: null,
  });
  assert.deepEqual(await edge.json({ path: `${path}?cursor=${Number.MAX_SAFE_INTEGER}` }), {
    items: [],
    nextCursor: null,
  });
  for (const query of ["cursor=0", "cursor=-1", "cursor=x", "messageId=1", "limit=0"])
    await edge.refused(400, { path: `${path}?${query}` }, new RegExp(`"${query.split("=")[0]}"`));
});
