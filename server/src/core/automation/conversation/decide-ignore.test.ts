import assert from "node:assert/strict";
import { test } from "node:test";
import { marker } from "../../forges/index.ts";
import { decideIgnore } from "./decide-ignore.ts";
import { aForgeUser } from "./testing/memory-forge.ts";

const now = new Date("2026-01-02T03:04:05Z");
const comment = { author: aForgeUser("ada"), ownId: "id-us", at: now, now };

test("people are listened to, for a day", () => {
  assert.equal(decideIgnore(comment), null);
  assert.equal(decideIgnore({ ...comment, at: new Date(now.getTime() - 86_400_000) }), null);
  assert.match(decideIgnore({ ...comment, at: new Date(now.getTime() - 86_400_001) })!, /^Stale/);
});

test("our own account and bots are not, and who reads that knows what to do", () => {
  assert.match(decideIgnore({ ...comment, ownId: "id-ada" })!, /Give Tembo an account of its own/);
  assert.match(decideIgnore({ ...comment, author: aForgeUser("ada", { isBot: true }) })!, /bot ada/);
});

test("a marker is one line that no id breaks out of", () => {
  assert.equal(marker("reply", "a)\n[b]"), "[//]: # (tembo:reply:a___b_)");
});
