import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import pg from "pg";
import type { RateLimiter } from "../../core/accounts/index.ts";
import { createMigratedTestDatabase, type TestDatabase } from "../../testing/test-database.ts";
import { createRateLimiter, type RateLimiterOptions, type StoredRateLimiter } from "./rate-limiter.ts";
import { deleteCounts } from "./stored-counts.ts";

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

const hourSeconds = 3_600;
type Pool = RateLimiterOptions["pool"];

const limiterOn = (pool: Pool, perKeyPerMinute: number, perOrganizationPerHour = 0, now = Date.now) =>
  createRateLimiter({ pool, perKeyPerMinute, perSignInPerMinute: 0, perOrganizationPerHour, now })!;
const callerOf = (apiKeyId: string, organizationId = "o") =>
  ({ kind: "key", apiKeyId, organizationId }) as const;

/** Sends requests one after the other, and returns how many were admitted. */
async function admitted(limiter: RateLimiter, caller: Parameters<RateLimiter["count"]>[0], requests: number) {
  let count = 0;
  for (let n = 0; n < requests; n++) if ((await limiter.count(caller)).refusal === null) count += 1;
  return count;
}

/** Returns the count of a key or an organization in the database. */
async function storedPoints(key: string): Promise<number> {
  const { rows } = await database.pool.query<{ points: number }>(
    "select points from rate_limits where key = $1",
    [key],
  );
  return rows[0]!.points;
}

/** Wraps the pool: counts its statements, and can fail them before or after they run. */
function watched(pool: pg.Pool) {
  const state = { statements: 0, fails: "never" as "never" | "before" | "after" };
  const query = async (...args: unknown[]) => {
    state.statements += 1;
    if (state.fails === "before") throw new Error("gone");
    const result = await (pool.query as (...all: unknown[]) => Promise<unknown>).apply(pool, args);
    if (state.fails === "after") throw new Error("gone");
    return result;
  };
  return { pool: { query } as unknown as Pool, state };
}

test("counts across servers that share a database, and returns the time until the window ends", async () => {
  const [here, there] = [limiterOn(database.pool, 4), limiterOn(other, 4)];
  const caller = callerOf("shared");
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
  assert.equal((await here.count(callerOf("another"))).refusal, null);
});

test("shares an organization's hourly limit among its keys and does not count rejected requests", async () => {
  const limiter = limiterOn(database.pool, 2, 3);
  const ask = async (apiKeyId: string) =>
    (await limiter.count(callerOf(apiKeyId, "us"))).refusal?.message.split(" has ")[0] ?? "admitted";
  assert.deepEqual(
    [await ask("1"), await ask("1"), await ask("1"), await ask("1"), await ask("2"), await ask("2")],
    ["admitted", "admitted", "The API key", "The API key", "admitted", "The organization"],
  );
  assert.deepEqual([await ask("2"), await ask("3")], ["The organization", "The organization"]);
  const { windows } = await limiter.count(callerOf("3", "them"));
  assert.deepEqual(
    windows.map(({ limit, seconds }) => [limit, seconds]),
    [
      [2, 60],
      [3, hourSeconds],
    ],
  );
});

test("admits exactly as many of a thousand concurrent requests as the limit allows", async () => {
  const rush = async (limiters: readonly RateLimiter[], perKey: number, keys = 1) => {
    const verdicts = await Promise.all(
      Array.from({ length: 1_000 }, (_, n) =>
        limiters[n % limiters.length]!.count(callerOf(`rush-${perKey}-${n % keys}`, `rush-${perKey}`)),
      ),
    );
    return verdicts.filter(({ refusal }) => refusal === null).length;
  };
  assert.equal(await rush([limiterOn(database.pool, 100), limiterOn(other, 100)], 100), 100);
  const ofOrganization = [limiterOn(database.pool, 101, 150), limiterOn(other, 101, 150)];
  assert.equal(await rush(ofOrganization, 101, 4), 150);
});

test("holds the limit between two write-backs, with unequal requests to several servers", async () => {
  const count = async (limiters: readonly StoredRateLimiter[]) => {
    let sum = 0;
    for (const requests of [7, 40, 1, 90, 13]) {
      for (const limiter of limiters) sum += await admitted(limiter, callerOf("several"), requests);
      await limiters[0]!.writeBack();
    }
    return sum;
  };
  const three = [limiterOn(database.pool, 300), limiterOn(other, 300), limiterOn(database.pool, 300)];
  assert.equal(await count(three), 300);

  const apart = await createMigratedTestDatabase();
  try {
    await database.pool.query("delete from rate_limits where key = 'key:several'");
    const control = await count([limiterOn(database.pool, 300), limiterOn(apart.pool, 300)]);
    assert.ok(control > 300, "control: servers with separate counts exceed the limit");
  } finally {
    await apart.drop();
  }
});

test("admits requests from the reservation without a statement, and reserves more at each write-back", async () => {
  const { pool, state } = watched(database.pool);
  const limiter = limiterOn(pool, 1_000, 10_000);
  assert.equal(await admitted(limiter, callerOf("busy", "busy"), 50), 50);
  await limiter.writeBack();
  const before = state.statements;
  assert.equal(await admitted(limiter, callerOf("busy", "busy"), 50), 50);
  assert.equal(state.statements, before);
  const { windows } = await limiter.count(callerOf("busy", "busy"));
  assert.deepEqual(
    windows.map(({ remaining }) => remaining),
    [899, 9_899],
    "the reservation is not used",
  );
});

test("admits requests that arrive while others wait for a statement", async () => {
  const limiters = [limiterOn(database.pool, 10_000, 20_000), limiterOn(other, 10_000, 20_000)];
  const client = async (n: number) => {
    const limiter = limiters[n % 2]!;
    const count = await admitted(limiter, callerOf(`loop-${n % 3}`, "loop"), 40);
    await limiter.writeBack();
    return count + (await admitted(limiter, callerOf(`loop-${n % 3}`, "loop"), 40));
  };
  const counts = await Promise.all(Array.from({ length: 20 }, (_, n) => client(n)));
  assert.deepEqual(new Set(counts), new Set([80]));
});

test("sends one statement for the requests that wait at the same time", async () => {
  const { pool, state } = watched(database.pool);
  const limiter = limiterOn(pool, 100, 1_000);
  await Promise.all(
    Array.from({ length: 40 }, (_, n) => limiter.count(callerOf(`wait-${n % 4}`, `wait-${n % 2}`))),
  );
  assert.equal(state.statements, 2, "one for the first request, and one for those that came meanwhile");
});

test("sends no query to the database once the limit is exceeded", async () => {
  const { pool, state } = watched(database.pool);
  const limiter = limiterOn(pool, 3, 100);
  const caller = callerOf("flood", "flooded");
  assert.equal(await admitted(limiter, caller, 4), 3);
  const before = state.statements;
  assert.equal(await admitted(limiter, caller, 100), 0);
  assert.equal(state.statements, before);
});

test("returns unused reservations after an idle second, so that other servers can use them", async () => {
  const [here, there] = [limiterOn(database.pool, 80), limiterOn(other, 80)];
  const caller = callerOf("returned");
  assert.equal(await admitted(here, caller, 40), 40);
  await here.writeBack();
  assert.equal(await storedPoints("key:returned"), 45, "an eighth of the remaining requests is reserved");
  assert.equal(await admitted(there, caller, 40), 35);
  await here.writeBack();
  assert.equal(await storedPoints("key:returned"), 75);
  await there.writeBack();
  assert.equal(await admitted(there, caller, 40), 5);
  assert.equal(await admitted(here, caller, 40), 0);
});

test("forgets counters without requests, also during an outage of the database", async () => {
  const { pool, state } = watched(database.pool);
  const limiter = limiterOn(pool, 10, 100);
  for (let n = 0; n < 20; n++) await limiter.count(callerOf(`one-of-many-${n}`));
  assert.equal(limiter.size, 21);
  await limiter.writeBack();
  assert.equal(limiter.size, 21, "control: their requests came since the last write-back");
  state.fails = "before";
  await assert.rejects(limiter.count(callerOf("during-outage")), { code: "unavailable" });
  await limiter.writeBack().catch(() => {});
  await limiter.writeBack().catch(() => {});
  assert.equal(limiter.size, 0);
});

test("continues the counts after a restart, and counts too many rather than too few after a crash", async () => {
  const stopped = limiterOn(database.pool, 80);
  assert.equal(await admitted(stopped, callerOf("restart"), 40), 40);
  await stopped.writeBack();
  await stopped.returnAll();
  const restarted = limiterOn(database.pool, 80);
  assert.equal((await restarted.count(callerOf("restart"))).windows[0]!.remaining, 39);

  const crashed = limiterOn(database.pool, 80);
  assert.equal(await admitted(crashed, callerOf("crash"), 40), 40);
  await crashed.writeBack();
  const { windows } = await limiterOn(database.pool, 80).count(callerOf("crash"));
  assert.equal(windows[0]!.remaining, 34, "the reservation of five counts");
});

test("never counts too few requests if the response of a write-back is lost", async () => {
  const { pool, state } = watched(database.pool);
  const limiter = limiterOn(pool, 80);
  assert.equal(await admitted(limiter, callerOf("lost"), 40), 40);
  await limiter.writeBack();
  state.fails = "after";
  await assert.rejects(limiter.writeBack());
  await assert.rejects(limiter.writeBack().then(() => limiter.count(callerOf("lost"))));
  state.fails = "never";
  const after = await admitted(limiter, callerOf("lost"), 80);
  assert.ok(after <= 40 && after > 30, `${after}`);
});

test("starts a new count when a window has ended, and returns nothing to it", async () => {
  let now = Date.now();
  const [here, there] = [limiterOn(database.pool, 8, 0, () => now), limiterOn(other, 8, 0, () => now)];
  const caller = callerOf("ended");
  assert.equal(await admitted(here, caller, 9), 8);
  now += 60_000;
  const { refusal, windows } = await here.count(caller);
  assert.deepEqual([refusal, windows[0]?.remaining, windows[0]?.resetMs], [null, 7, 60_000]);

  assert.equal(await admitted(here, callerOf("late"), 1), 1);
  await here.writeBack();
  const ended = now + 60_000;
  await database.pool.query("update rate_limits set points = 1, expire = $1 where key = 'key:late'", [
    ended + 60_000,
  ]);
  await here.returnAll();
  assert.equal(await storedPoints("key:late"), 1, "another server has started a window");
  assert.equal((await there.count(callerOf("late"))).windows[0]?.remaining, 6);
});

test("admits a request that waits while another server starts the next window", async () => {
  let now = Date.now();
  const here = limiterOn(database.pool, 8, 100, () => now);
  const ahead = limiterOn(other, 8, 100, () => now + 1_000);
  assert.equal(await admitted(here, callerOf("early", "skewed"), 6), 6);
  await here.writeBack();
  now += hourSeconds * 1_000 - 500;
  assert.equal((await ahead.count(callerOf("next", "skewed"))).windows[1]?.remaining, 99, "control");
  const { refusal, windows } = await here.count(callerOf("waits", "skewed"));
  assert.deepEqual([refusal, windows.map(({ remaining }) => remaining)], [null, [7, 98]]);
});

test("deletes the counts of windows that ended an hour ago", async () => {
  let now = Date.now();
  const limiter = limiterOn(database.pool, 8, 0, () => now);
  await limiter.count(callerOf("old"));
  const isStored = async () =>
    (await database.pool.query("select from rate_limits where key = 'key:old'")).rowCount === 1;
  now += 59 * 60_000;
  await limiter.writeBack();
  assert.ok(await isStored(), "control");
  now += 5 * 60_000;
  await limiter.writeBack();
  assert.equal(await isStored(), false);
});

test("deletes old counts without waiting for the statements of other servers", async () => {
  await database.pool.query("insert into rate_limits values ('key:free', 1, 1), ('key:locked', 1, 1)");
  const client = await other.connect();
  try {
    await client.query("begin");
    await client.query("update rate_limits set points = 2 where key = 'key:locked'");
    await deleteCounts(database.pool, 2);
    const { rows } = await database.pool.query("select key from rate_limits where expire = 1");
    assert.deepEqual(rows, [{ key: "key:locked" }]);
    await client.query("rollback");
    await deleteCounts(database.pool, 2);
    await assert.rejects(storedPoints("key:locked"), "control");
  } finally {
    client.release();
  }
});

test("shares the counts with the previous version, which counts each request", async () => {
  const countAsBefore = async () => {
    const { rows } = await database.pool.query<{ points: number }>(
      `insert into rate_limits as r values ('key:beside', 1, $1) on conflict (key) do update set points = r.points + 1
       returning points`,
      [Date.now() + 60_000],
    );
    return rows[0]!.points <= 10;
  };
  const limiter = limiterOn(database.pool, 10);
  let sum = 0;
  for (let n = 0; n < 10; n++) {
    if (await countAsBefore()) sum += 1;
    sum += await admitted(limiter, callerOf("beside"), 1);
  }
  assert.equal(sum, 10);
});

test("throws unavailable without a reservation while the database is away, and admits again afterwards", async () => {
  const { pool, state } = watched(database.pool);
  const limiter = limiterOn(pool, 100);
  assert.equal(await admitted(limiter, callerOf("outage"), 20), 20);
  await limiter.writeBack();
  state.fails = "before";
  assert.equal(await admitted(limiter, callerOf("outage"), 10), 10, "the reservation is left");
  await assert.rejects(limiter.count(callerOf("outage")), { code: "unavailable" });
  await assert.rejects(limiter.count(callerOf("without")), { code: "unavailable" });
  state.fails = "never";
  const { refusal, windows } = await limiter.count(callerOf("outage"));
  assert.deepEqual([refusal, windows[0]?.remaining], [null, 69]);
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
