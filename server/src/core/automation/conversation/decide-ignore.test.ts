import assert from "node:assert/strict";
import { test } from "node:test";
import { marker } from "../../forges/index.ts";
import { decideIgnore } from "./decide-ignore.ts";
import { aForgeUser } from "./testing/memory-forge.ts";

const now = new Date("2026-01-02T03:04:05Z");
const comment = { author: aForgeUser("ada"), ownId: "id-us", at: now, now };

test("accepts a person's comment that is at most one day old", () => {
  assert.equal(decideIgnore(comment), null);
  assert.equal(decideIgnore({ ...comment, at: new Date(now.getTime() - 86_400_000) }), null);
  assert.match(decideIgnore({ ...comment, at: new Date(now.getTime() - 86_400_001) })!, /^Stale/);
});

test("ignores comments by Tembo's own account and by bots, and returns the reason", () => {
  assert.match(decideIgnore({ ...comment, ownId: "id-ada" })!, /Use a separate account for Tembo/);
  assert.match(decideIgnore({ ...comment, author: aForgeUser("ada", { isBot: true }) })!, /bot ada/);
});

test("escapes the ID in a marker", () => {
  assert.equal(marker("reply", "a)\n[b]"), "[//]: # (tembo:reply:a___b_)");
});
