import assert from "node:assert/strict";
import { test } from "node:test";
import { type GoodKey, hashToken } from "../core/accounts/index.ts";
import { newId } from "../core/base/index.ts";
import { createKeyCache, keyTtlMs, noteKeyChanges } from "./key-cache.ts";
import type { AccessFollower } from "./listener.ts";

const start = new Date("2026-01-02T03:04:05Z");
const aKey = (change: Partial<GoodKey> = {}): GoodKey => ({
  id: newId(),
  organizationId: "o1",
  userId: "u1",
  name: null,
  tokenPreview: "tembo_…",
  createdAt: start,
  updatedAt: start,
  lastUsedAt: null,
  role: "admin",
  kind: "key",
  expiresAt: null,
  confirmedAt: null,
  pageSecretHash: null,
  ...change,
});

/** A cache over keys in memory, with a listener and clocks that the test controls. */
function openCache(keys: Record<string, GoodKey>) {
  const stored = new Map(Object.entries(keys).map(([token, key]) => [hashToken(token).toString("hex"), key]));
  const time = { monotonicMs: 1_000, wall: start };
  const state = { reads: 0, follower: null as AccessFollower | null, isListening: true };
  let blocked: Promise<void> | null = null;
  const cache = createKeyCache({
    find: async (_kind, hash) => {
      state.reads += 1;
      const found = stored.get(hash.toString("hex")) ?? null;
      await blocked;
      return found;
    },
    listener: {
      followAccess(follower) {
        state.follower = follower;
        if (state.isListening) follower.onListening();
        return () => {};
      },
    },
    clock: { now: () => time.wall },
    nowMs: () => time.monotonicMs,
  });
  return {
    cache,
    time,
    state,
    find: (token: string, kind: "key" | "signIn" = "key") => cache.find(kind, hashToken(token)),
    remove: (token: string) => stored.delete(hashToken(token).toString("hex")),
    block: (until: Promise<void>) => {
      blocked = until;
    },
  };
}

test("reads a key once, and again after its time to live, by either clock", async () => {
  const { find, state, time, remove } = openCache({ a: aKey() });
  for (let n = 0; n < 3; n++) assert.equal((await find("a"))?.userId, "u1");
  assert.equal(state.reads, 1);
  time.monotonicMs += keyTtlMs - 1;
  await find("a");
  assert.equal(state.reads, 1);
  time.monotonicMs += 1;
  await find("a");
  assert.equal(state.reads, 2);
  // The machine slept.
  time.wall = new Date(start.getTime() + keyTtlMs);
  await find("a");
  assert.equal(state.reads, 3);
  // Somebody set the clock back.
  time.wall = start;
  remove("a");
  assert.equal(await find("a"), null);
});

test("does not cache unknown keys and sign-ins", async () => {
  const { find, state } = openCache({ page: aKey({ kind: "signIn" }) });
  for (let n = 0; n < 2; n++) assert.equal(await find("unknown"), null);
  for (let n = 0; n < 2; n++) assert.notEqual(await find("page", "signIn"), null);
  assert.equal(state.reads, 4);
});

test("checks the expiry of a cached key at each use", async () => {
  const expiresAt = new Date(start.getTime() + 500);
  const { find, remove, time } = openCache({ a: aKey({ expiresAt }) });
  assert.notEqual(await find("a"), null);
  remove("a");
  assert.notEqual(await find("a"), null, "control: the key is cached");
  time.wall = expiresAt;
  assert.equal(await find("a"), null);
});

test("removes the keys of an organization whose access changed", async () => {
  const { find, state, remove } = openCache({ a: aKey(), b: aKey({ organizationId: "o2" }) });
  await find("a");
  await find("b");
  remove("a");
  remove("b");
  state.follower!.onChange("o1");
  assert.equal(await find("a"), null);
  assert.notEqual(await find("b"), null, "control");
});

test("does not cache a key that was read before a change, and returned after it", async () => {
  for (const change of ["onChange", "onLost", "forget"] as const) {
    const { cache, find, state, remove, block } = openCache({ a: aKey() });
    await find("unknown");
    const { promise, resolve } = Promise.withResolvers<void>();
    block(promise);
    const early = find("a");
    remove("a");
    if (change === "forget") cache.forget();
    else state.follower![change]("o1");
    resolve();
    assert.notEqual(await early, null, "control: the key was read before the change");
    assert.equal(await find("a"), null, change);
  }
});

test("empties the cache when the connection is lost, and reads every key until it listens again", async () => {
  const { find, state, remove } = openCache({ a: aKey(), b: aKey() });
  await find("a");
  state.follower!.onLost();
  remove("a");
  assert.equal(await find("a"), null);
  for (let n = 0; n < 3; n++) await find("b");
  assert.equal(state.reads, 5);
  state.follower!.onListening();
  for (let n = 0; n < 3; n++) await find("b");
  assert.equal(state.reads, 6);
});

test("reads every key until the connection listens for the first time", async () => {
  const { find, state } = openCache({ a: aKey() });
  state.isListening = false;
  for (let n = 0; n < 3; n++) await find("a");
  assert.equal(state.reads, 3);
});

test("forgets the oldest key beyond 1,000 keys", async () => {
  const tokens = Array.from({ length: 1_001 }, (_, n) => `token-${n}`);
  const { find, state } = openCache(Object.fromEntries(tokens.map((token) => [token, aKey()])));
  for (const token of tokens) await find(token);
  await find(tokens[1]!);
  assert.equal(state.reads, 1_001);
  await find(tokens[0]!);
  assert.equal(state.reads, 1_002);
});

test("reports statements that change keys or members, also if they fail, and no others", async () => {
  let notes = 0;
  let fails = false;
  const target = noteKeyChanges(
    {
      query: async () => {
        if (fails) throw new Error("gone");
        return { rows: [] } as never;
      },
    },
    () => {
      notes += 1;
    },
  );
  const isNoted = async (text: string) => {
    const before = notes;
    await target.query({ text }).catch(() => {});
    return notes > before;
  };
  for (fails of [false, true]) {
    for (const text of [
      "update api_keys set revoked_at = $1",
      " with gone as (delete from members where id = $1 returning id) select 1",
      "DELETE FROM api_keys",
      "update\n  members set role = $2",
    ])
      assert.equal(await isNoted(text), true, text);
    for (const text of [
      "update api_keys set last_used_at = $2 where id = $1",
      "select 'update api_keys'",
      "insert into api_keys (id) values ($1) on conflict (id) do nothing",
      "update sessions set title = $1",
    ])
      assert.equal(await isNoted(text), false, text);
  }
});
