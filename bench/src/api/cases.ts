import type pg from "pg";
import type { ApiClient } from "./client.ts";

/** Largest values that a case should have. Times are in milliseconds. */
export interface CaseGoals {
  readonly p50?: number;
  readonly p99?: number;
  readonly serverCpu?: number;
  readonly postgresCpu?: number;
  readonly statements?: number;
}

/** A request, and a bare SELECT of the rows that it returns. */
export interface Case {
  readonly name: string;
  /** True for the pages that clients request most, whose processor time and statements are measured too. */
  readonly isMain?: boolean;
  readonly goals: CaseGoals;
  readonly path: string;
  readonly floor: pg.QueryConfig;
}

const filterGoals: CaseGoals = { p99: 80 };
const searchGoals: CaseGoals = { p99: 100 };
const listGoals: CaseGoals = { p50: 20, p99: 60, serverCpu: 0.8, postgresCpu: 0.4, statements: 2 };
const retrieveGoals: CaseGoals = { p50: 12, p99: 30, statements: 2 };
const eventsGoals: CaseGoals = { p50: 10, statements: 2 };
const pullRequestGoals: CaseGoals = { p50: 20, statements: 3 };

/** Search values. All are from the organization of the API key. */
interface Known {
  readonly person: string;
  readonly login: string;
  readonly repository: string;
  readonly rareRepository: string;
  readonly issue: string;
  readonly part: string;
  readonly rare: string;
  readonly medium: string;
  readonly harness: string;
  readonly project: string;
  readonly agent: string;
  /** Source of sessions from an integration. */
  readonly source: string;
}

const pageOf = (answer: string) =>
  JSON.parse(answer) as { items: { id: string }[]; nextCursor: string | null };

/** Creates the cases. Sends each list request once to determine which rows it returns. */
export async function makeCases(client: ApiClient, pool: pg.Pool): Promise<Case[]> {
  const known = { ...(await lookUp(pool)), source: await integrationSource(client) };
  const list = async (name: string, query: string, goals: CaseGoals): Promise<Case> => {
    const path = `/v1/sessions${query === "" ? "" : `?${query}`}`;
    const ids = pageOf(await client.get(path)).items.map(({ id }) => id);
    return { name, path, goals, floor: sessionsById(ids) };
  };
  const cases: Case[] = [{ ...(await list("list", "", listGoals)), isMain: true }];
  for (const [name, query] of listQueries(known))
    cases.push(await list(name, query, query.startsWith("search=") ? searchGoals : filterGoals));
  const first = pageOf(await client.get("/v1/sessions"));
  cases.push(await list("list, page 2", `cursor=${first.nextCursor}`, filterGoals));

  const { id } = first.items[0]!;
  cases.push({
    name: "retrieve",
    isMain: true,
    goals: retrieveGoals,
    path: `/v1/sessions/${id}`,
    floor: sessionsById([id]),
  });
  const busiest = await pool.query<{ id: string }>(
    "select id from sessions where organization_id = $1 and deleted_at is null order by last_seq desc limit 1",
    [await organizationOf(pool)],
  );
  const events = `/v1/sessions/${busiest.rows[0]!.id}/events`;
  cases.push({
    name: "events, first page",
    isMain: true,
    goals: eventsGoals,
    path: events,
    floor: eventsOf(busiest.rows[0]!.id),
  });
  cases.push(await pullRequestList(client));
  cases.push(await numberedList(client, "numbered list (/session/list)", "/session/list?limit=50"));
  return cases;
}

/**
 * Returns the names and query strings of the measured lists. Together with the second page, they use each query parameter of
 * the operation, which a test checks.
 */
export function listQueries(known: Known): (readonly [string, string])[] {
  const of = (name: string, value: string) => `${name}=${encodeURIComponent(value)}`;
  return [
    ["list, includeTotal", "includeTotal=true"],
    ["limit 100", "limit=100"],
    ["state active", "state=active"],
    ["state archived", "state=archived"],
    ["includeArchived false", "includeArchived=false"],
    ["states failed", "states=failed"],
    ["states completed", "states=completed"],
    ["needsYou", "needsYou=true"],
    ["harnesses", of("harnesses", known.harness)],
    ["hasProject true", "hasProject=true"],
    ["hasProject false", "hasProject=false"],
    ["projectIds", of("projectIds", known.project)],
    ["agentId", of("agentId", known.agent)],
    ["attemptGroupId, without matches", of("attemptGroupId", known.agent)],
    ["sourceIds", of("sourceIds", known.source)],
    ["sortBy createdAt", "sortBy=createdAt"],
    ["sortBy updatedAt", "sortBy=updatedAt"],
    ["createdAfter", of("createdAfter", "2026-10-25T00:00:00Z")],
    ["excludePinned", "excludePinned=true"],
    ["pinned", "pinned=true"],
    ["createdBy", of("createdBy", known.person)],
    ["participant, a person", of("participant", known.person)],
    ["participant, a login", of("participant", known.login)],
    ["externalIds", of("externalIds", known.issue)],
    ["repositoryIds, used much", of("repositoryIds", known.repository)],
    ["repositoryIds, used little", of("repositoryIds", known.rareRepository)],
    ["pullRequestStatuses open", "pullRequestStatuses=open"],
    ["pendingReviewerKeys", of("pendingReviewerKeys", known.login)],
    ["pendingReviewerKeys, without matches", of("pendingReviewerKeys", "nobody")],
    ["sourceTypes api", "sourceTypes=api"],
    ["sourceTypes github", "sourceTypes=github"],
    ["sourceTypes local", "sourceTypes=local"],
    ["search, a word of nearly all", "search=the"],
    ["search, a common word", "search=upload"],
    ["search, a word of few", of("search", known.medium)],
    ["search, a rare word", of("search", known.rare)],
    ["search, two words", of("search", "upload webhook")],
    ["search, a prefix", of("search", "webh")],
    ["search, accents", of("search", "résumé")],
    ["search, a part of a word", of("search", "ebhoo")],
    ["search, a path", of("search", known.part)],
    ["search, no match", of("search", "xyzzyqwkj")],
    ["search, includeTotal", "search=upload&includeTotal=true"],
  ];
}

async function integrationSource(client: ApiClient): Promise<string> {
  const answer = await client.get("/v1/sessions/sources?limit=100");
  const { items } = JSON.parse(answer) as { items: { id: string; type: string }[] };
  const source = items.find(({ type }) => type !== "api" && type !== "local");
  if (source === undefined) throw new Error("The filled database has no integration.");
  return source.id;
}

async function numberedList(client: ApiClient, name: string, path: string): Promise<Case> {
  const { sessions } = JSON.parse(await client.get(path)) as { sessions: { id: string }[] };
  return { name, path, goals: filterGoals, floor: sessionsById(sessions.map(({ id }) => id)) };
}

async function pullRequestList(client: ApiClient): Promise<Case> {
  const path = "/v1/pull-requests?limit=50";
  const ids = pageOf(await client.get(path)).items.map(({ id }) => id);
  return {
    name: "pull requests, page of 50",
    isMain: true,
    goals: pullRequestGoals,
    path,
    floor: pullRequestsById(ids),
  };
}

/** Returns a query for the session columns that a list contains, by primary key. */
const sessionsById = (ids: readonly string[]): pg.QueryConfig => ({
  name: "floor sessions",
  text: `select id, organization_id, title, prompt, description, harness, model, status, created_at, updated_at, last_queued_at,
      source, visibility, is_pinned, level from sessions where id = any ($1::uuid[])`,
  values: [ids],
});

const pullRequestsById = (ids: readonly string[]): pg.QueryConfig => ({
  name: "floor pull requests",
  text: `select id, organization_id, session_id, repository_id, number, url, title, body, status, head_branch, base_branch, head_sha,
      additions, deletions, merged_at, created_at, updated_at, is_draft, author, reviewers, checks
      from pull_requests where id = any ($1::uuid[])`,
  values: [ids],
});

const eventsOf = (sessionId: string): pg.QueryConfig => ({
  name: "floor events",
  text: `select session_id, seq::float8 as seq, message_id, data, created_at from events
    where session_id = $1 and seq > 0 order by events.seq limit 50`,
  values: [sessionId],
});

async function organizationOf(pool: pg.Pool): Promise<string> {
  const { rows } = await pool.query<{ id: string }>("select id from organizations order by id limit 1");
  return rows[0]!.id;
}

async function lookUp(pool: pg.Pool): Promise<Omit<Known, "source">> {
  const { rows } = await pool.query<Omit<Known, "source">>(
    `select
      (select user_id from api_keys where organization_id = $1 and name = 'Key 1') as person,
      'person-0-3' as login,
      (select id from repositories where organization_id = $1 and name = 'app-0-1') as repository,
      (select id from repositories where organization_id = $1 order by name desc limit 1) as "rareRepository",
      (select source ->> 'url' from sessions where organization_id = $1 and source is not null and deleted_at is null order by id limit 1) as issue,
      (select 'src/' || substring(prompt from 'part[0-9]+') from sessions where organization_id = $1 order by id limit 1) as part,
      (select substring(prompt from 'part[0-9]+') from sessions where organization_id = $1 order by id offset 1 limit 1) as rare,
      (select word from sessions, unnest(string_to_array(title, ' ')) as word
        where organization_id = $1 and length(word) > 11 order by id limit 1) as medium,
      (select harness from (select harness from sessions where organization_id = $1 order by id limit 1000) as first
        group by harness order by count(*), harness limit 1) as harness,
      (select id from projects where organization_id = $1 and name = 'Project 0') as project,
      (select id from agents where organization_id = $1 and name = 'Agent 0') as agent`,
    [await organizationOf(pool)],
  );
  return rows[0]!;
}
