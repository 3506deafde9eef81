import assert from "node:assert/strict";
import { createHash, randomUUID } from "node:crypto";
import { join } from "node:path";
import { errorBody } from "@tembo/contract";
import pg from "pg";
import { API_KEY } from "./api-key.ts";
import { startWorld, type WorldOptions } from "./world.ts";

const JSON_TYPE = { "content-type": "application/json" };
/** Time limit for a wait. The limit is much longer than any step, so that stories do not fail on a busy machine. */
const WAIT_LIMIT_MS = 120_000;
export const AUTHORIZED = { authorization: `Bearer ${API_KEY}` };

interface ApiRequest {
  readonly method?: string;
  readonly path: string;
  /** Request body. A string is sent unchanged, and any other value is sent as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Another API key, or null for no key. */
  readonly key?: string | null;
}

/** Starts a world for raw requests. The contract checker validates their responses, and `pool` gives access to the database. */
export async function startEdge(options: WorldOptions = {}) {
  const world = await startWorld(options);
  const pool = new pg.Pool({ connectionString: databaseUrl(world.dataDir), max: 3 });
  pool.on("error", () => {});

  async function call(request: ApiRequest, fetch = world.checked.fetch): Promise<Response> {
    const {
      method = request.body === undefined ? "GET" : "POST",
      path,
      body,
      headers,
      key = API_KEY,
    } = request;
    return fetch(`${world.url}${path}`, {
      method,
      headers: {
        ...(key !== null && { authorization: `Bearer ${key}` }),
        ...(body !== undefined && JSON_TYPE),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
  }

  async function json<T = Record<string, unknown>>(request: ApiRequest): Promise<T> {
    const response = await call(request);
    const body = (await response.json()) as T;
    assert.ok(response.ok, `${request.method ?? ""} ${request.path}: ${JSON.stringify(body)}`);
    return body;
  }

  /**
   * Asserts that the server rejects the request with a matching message, and that no table in `TABLES` gains or loses
   * rows.
   */
  async function refused(status: number, request: ApiRequest, message: RegExp): Promise<Response> {
    const before = await countRows(pool);
    const response = await call(request);
    const body = (await response.json()) as { error?: unknown };
    const what = `${request.method ?? ""} ${request.path} ${JSON.stringify(request.body)?.slice(0, 200)}`;
    assert.equal(response.status, status, `${what}: ${JSON.stringify(body)}`);
    assertSentence(body);
    assert.match(String(body.error), message, what);
    assert.deepEqual(await countRows(pool), before, `${what} changes no rows`);
    return response;
  }

  return {
    ...world,
    /** The running server, also after a restart. */
    get tembo() {
      return world.tembo;
    },
    pool,
    call,
    json,
    refused,
    /** Creates a draft, which runs no turn. */
    draft: (body: Record<string, unknown> = {}) =>
      json<{ id: string; title: string; description: string; status: string; organizationId: string }>({
        path: "/session/create",
        body: { prompt: "Wait.", ...body, queueRightAway: false },
      }),
    /** Inserts another organization with a user and an API key. */
    stranger: async () => {
      const [organizationId, userId] = [randomUUID(), randomUUID()];
      const key = `tembo_stranger_${randomUUID()}`;
      await pool.query("insert into organizations (id, name, created_at) values ($1, 'Strangers', now())", [
        organizationId,
      ]);
      await pool.query(
        "insert into users (id, email, created_at, updated_at) values ($1, 'stranger@example.com', now(), now())",
        [userId],
      );
      await pool.query(
        `insert into members (id, organization_id, user_id, email, role, created_at, updated_at)
         values ($1, $2, $3, 'stranger@example.com', 'admin', now(), now())`,
        [randomUUID(), organizationId, userId],
      );
      await pool.query(
        `insert into api_keys (id, organization_id, user_id, token_preview, token_hash, created_at, updated_at)
         values ($1, $2, $3, 'tembo_str', $4, now(), now())`,
        [randomUUID(), organizationId, userId, createHash("sha256").update(key).digest()],
      );
      return { organizationId, userId, key };
    },
    /** Number of database connections that listen for events. The server has one from its first API key on. */
    watchers: async (): Promise<number> => {
      const { rows } = await pool.query(
        "select count(*)::int as count from pg_stat_activity where query = 'listen tembo_events'",
      );
      return rows[0].count;
    },
    close: async () => {
      await pool.end();
      await world.close();
    },
  };
}

export type Edge = Awaited<ReturnType<typeof startEdge>>;

export function assertSentence(body: unknown): void {
  errorBody.parse(body);
  const { error } = body as { error: unknown };
  assert.equal(typeof error, "string");
  assert.match(error as string, /^["A-Z\d].*[.!?]$/s, "the error is a sentence");
  assert.doesNotMatch(error as string, /\n|undefined|\[object/);
}

/** Returns the URL of a world's embedded PostgreSQL. */
export function databaseUrl(dataDir: string): string {
  return `postgresql://tembo@localhost:5432/tembo?host=${encodeURIComponent(join(dataDir, "postgres", "run"))}`;
}

/**
 * Tables that change only on request. The list omits tables that the server also changes by itself, such as those for
 * syncs and local deliveries.
 */
const TABLES = [
  "organizations",
  "api_keys",
  "repositories",
  "sessions",
  "session_repositories",
  "messages",
  "turns",
  "events",
  "diffs",
  "pull_requests",
  "secrets",
  "integrations",
  "webhooks",
  "projects",
  "project_builds",
  "local_issues",
  "local_comments",
];

async function countRows(pool: pg.Pool): Promise<Record<string, number>> {
  const counts = TABLES.map((table) => `(select count(*)::int from ${table}) as ${table}`).join(", ");
  return (await pool.query(`select ${counts}`)).rows[0];
}

/** Polls until the condition is true. After the limit, throws an error that contains the condition's source. */
export async function eventually(
  isSo: () => boolean | Promise<boolean>,
  limitMs = WAIT_LIMIT_MS,
): Promise<void> {
  const endAt = Date.now() + limitMs;
  while (!(await isSo())) {
    if (Date.now() > endAt) assert.fail(`Timed out waiting for ${isSo}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
