import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import pg from "pg";
import { createMigratedTestDatabase, type TestDatabase } from "../testing/test-database.ts";
import { createRateLimiter } from "./rate-limiter.ts";

let database: TestDatabase;
let other: pg.Pool;

before(async () => {
  database = await createMigratedTestDatabase();
  other = new pg.Pool({ connectionString: database.url, max: 5 });
  other.on("error", () => {});
});
after(async () => {
  await other.end();
  await database.drop();
});

const anHour = { seconds: 3_600 };
const limiterOn = (pool: pg.Pool, perKeyPerMinute: number, perOrganizationPerHour: number) =>
  createRateLimiter({ pool, perKeyPerMinute, perSignInPerMinute: 0, perOrganizationPerHour })!;

/** Wraps the pool and counts its statements. */
function counting(pool: pg.Pool) {
  let statements = 0;
  const query = (...args: Parameters<pg.Pool["query"]>) => {
    statements += 1;
    return (pool.query as (...all: unknown[]) => unknown)(...args);
  };
  return { pool: { query } as unknown as pg.Pool, statements: () => statements };
}

test("counts across servers that share a database, and returns the time until the window ends", async () => {
  const [here, there] = [limiterOn(database.pool, 4, 0), limiterOn(other, 4, 0)];
  const caller = { kind: "key", apiKeyId: "shared", organizationId: "o" } as const;
  const remaining: number[] = [];
  for (const limiter of [here, there, here, there]) {
    const { refusal, windows } = await limiter.count(caller);
    assert.equal(refusal, null);
    remaining.push(windows[0]!.remaining);
  }
  assert.deepEqual(remaining, [3, 2, 1, 0]);
  for (const limiter of [here, there]) {
    const { refusal, windows } = await limiter.count(caller);
    assert.equal(refusal?.code, "rate_limited");
    assert.match(
      refusal!.message,
      /^The API key has used its 4 requests for this minute\. Try again in \d+ s\.$/,
    );
    const [window] = windows;
    assert.deepEqual([window?.limit, window?.seconds, window?.remaining], [4, 60, 0]);
    assert.ok(window!.resetMs > 0 && window!.resetMs <= 60_000);
  }
  assert.equal((await here.count({ kind: "key", apiKeyId: "another", organizationId: "o" })).refusal, null);
});

test("shares an organization's hourly limit among its keys and does not count rejected requests", async () => {
  const limiter = limiterOn(database.pool, 2, 3);
  const ask = async (apiKeyId: string) =>
    (await limiter.count({ kind: "key", apiKeyId, organizationId: "us" })).refusal?.message.split(
      " has ",
    )[0] ?? "admitted";
  assert.deepEqual(
    [await ask("1"), await ask("1"), await ask("1"), await ask("1"), await ask("2"), await ask("2")],
    ["admitted", "admitted", "The API key", "The API key", "admitted", "The organization"],
  );
  const { windows } = await limiter.count({ kind: "key", apiKeyId: "3", organizationId: "them" });
  assert.deepEqual(
    windows.map(({ limit, seconds }) => [limit, seconds]),
    [
      [2, 60],
      [3, anHour.seconds],
    ],
  );
});

test("admits exactly as many of a thousand concurrent requests as the limit allows", async () => {
  const limiters = [limiterOn(database.pool, 100, 0), limiterOn(other, 100, 0)];
  const verdicts = await Promise.all(
    Array.from({ length: 1_000 }, (_, n) =>
      limiters[n % 2]!.count({ kind: "key", apiKeyId: "rush", organizationId: "o" }),
    ),
  );
  assert.equal(verdicts.filter(({ refusal }) => refusal === null).length, 100);
});

test("sends no query to the database once the limit is exceeded", async () => {
  const { pool, statements } = counting(database.pool);
  const limiter = limiterOn(pool, 3, 0);
  const caller = { kind: "key", apiKeyId: "flood", organizationId: "o" } as const;
  for (let n = 0; n < 4; n++) await limiter.count(caller);
  const asked = statements();
  assert.equal(asked, 4);
  for (let n = 0; n < 100; n++) assert.notEqual((await limiter.count(caller)).refusal, null);
  assert.equal(statements(), asked);
});

test("creates no limiter when all limits are off", () => {
  assert.equal(
    createRateLimiter({
      pool: database.pool,
      perKeyPerMinute: 0,
      perSignInPerMinute: 0,
      perOrganizationPerHour: 0,
    }),
    null,
  );
});

test("starts a new count when a window has ended", async () => {
  const limiter = limiterOn(other, 1, 0);
  const caller = { kind: "key", apiKeyId: "ended", organizationId: "o" } as const;
  await limiter.count(caller);
  await database.pool.query("update rate_limits set expire = 1 where key = 'key:ended'");
  const { refusal, windows } = await limiter.count(caller);
  assert.equal(refusal, null);
  assert.equal(windows[0]?.remaining, 0);
});

test("throws unavailable when the database cannot count", async () => {
  const limiter = limiterOn({ query: () => Promise.reject(new Error("gone")) } as unknown as pg.Pool, 1, 0);
  await assert.rejects(limiter.count({ kind: "key", apiKeyId: "k", organizationId: "o" }), {
    code: "unavailable",
  });
});

test("counts a sign-in's requests separately from those of keys and the organization", async () => {
  const limiter = createRateLimiter({
    pool: database.pool,
    perKeyPerMinute: 1,
    perSignInPerMinute: 2,
    perOrganizationPerHour: 1,
  })!;
  const of = (kind: "key" | "signIn", apiKeyId: string) =>
    limiter.count({ kind, apiKeyId, organizationId: "of-pages" });
  const [, second, third] = [
    await of("signIn", "page"),
    await of("signIn", "page"),
    await of("signIn", "page"),
  ];
  assert.deepEqual([second.refusal, second.windows.map(({ limit }) => limit)], [null, [2]]);
  assert.match(third.refusal!.message, /^The sign-in has used its 2 requests for this minute/);
  assert.equal((await of("signIn", "another")).refusal, null);
  assert.equal((await of("key", "program")).refusal, null);
  assert.match((await of("key", "program")).refusal!.message, /^The API key/, "control");
});
