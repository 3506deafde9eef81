import assert from "node:assert/strict";
import { test } from "node:test";
import type { SessionListItem } from "@tembo-io/sdk";
import { hasSettled, mergeSessions } from "./merge-sessions.ts";

const a = (id: string, current: "inProgress" | "queued" | "completed" = "completed") =>
  ({
    id,
    state: { current, inProgress: current === "inProgress", isQueued: current === "queued" },
  }) as SessionListItem;
const idsAndStates = (sessions: readonly SessionListItem[]) =>
  sessions.map(({ id, state }) => `${id} ${state.current}`);

test("puts new sessions first without duplicates, and updates rows further down", () => {
  const pages = [a("3", "inProgress"), a("2"), a("1", "queued"), a("2")];
  const merged = mergeSessions(pages, [a("4", "queued"), a("3")], [a("1", "inProgress"), a("4", "queued")]);
  assert.deepEqual(idsAndStates(merged), ["4 queued", "3 completed", "2 completed", "1 inProgress"]);
});

test("detects rows that are no longer active, unless the list of active sessions is incomplete", () => {
  const shown = [a("2"), a("1", "inProgress")];
  assert.equal(hasSettled(shown, { items: [a("1", "inProgress")], nextCursor: null }), false);
  assert.equal(hasSettled(shown, { items: [], nextCursor: null }), true);
  assert.equal(hasSettled(shown, { items: [], nextCursor: "more" }), false);
});
