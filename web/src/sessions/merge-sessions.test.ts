import assert from "node:assert/strict";
import { test } from "node:test";
import type { SessionListItem } from "@tembo-io/sdk";
import { hasSettled, mergeSessions } from "./merge-sessions.ts";

/** A session whose creation time is its ID. */
const a = (id: string, current: "inProgress" | "queued" | "completed" = "completed") =>
  ({
    id,
    createdAt: id,
    lastQueuedAt: null as string | null,
    state: { current, inProgress: current === "inProgress", isQueued: current === "queued" },
  }) as SessionListItem;
const idsAndStates = (sessions: readonly SessionListItem[]) =>
  sessions.map(({ id, state }) => `${id} ${state.current}`);

test("puts new sessions first without duplicates, and updates rows further down", () => {
  const pages = [a("3", "inProgress"), a("2"), a("1", "queued"), a("2")];
  const newest = { items: [a("4", "queued"), a("3")], nextCursor: "more", isNewer: true };
  const merged = mergeSessions(pages, newest, [a("1", "inProgress"), a("4", "queued")]);
  assert.deepEqual(idsAndStates(merged), ["4 queued", "3 completed", "2 completed", "1 inProgress"]);
});

test("omits rows that the newest page would contain, if it was read later", () => {
  const moved = { ...a("1"), lastQueuedAt: "4" };
  const pages = [a("5"), moved, a("3"), a("2"), a("0")];
  const shown = (nextCursor: string | null, isNewer: boolean) =>
    mergeSessions(pages, { items: [a("5"), a("2")], nextCursor, isNewer }, []).map(({ id }) => id);
  assert.deepEqual(shown("more", true), ["5", "2", "0"]);
  assert.deepEqual(shown(null, true), ["5", "2"], "the newest page is the whole list");
  assert.deepEqual(shown("more", false), ["5", "2", "1", "3", "0"], "control");
  const sameTime = [
    { ...a("9"), createdAt: "2" },
    { ...a("1"), createdAt: "2" },
  ];
  const merged = mergeSessions(sameTime, { items: [a("2")], nextCursor: "more", isNewer: true }, []);
  assert.deepEqual(
    merged.map(({ id }) => id),
    ["2", "1"],
  );
});

test("compares the times by which the list is sorted", () => {
  const old = { ...a("2"), updatedAt: "1", lastQueuedAt: "9" };
  const page = { items: [{ ...a("3"), updatedAt: "5" }], nextCursor: "more", isNewer: true };
  const shown = (sort?: "createdAt" | "updatedAt") =>
    mergeSessions([old], { ...page, sort }, []).map(({ id }) => id);
  assert.deepEqual(shown("updatedAt"), ["3", "2"]);
  assert.deepEqual(shown("createdAt"), ["3", "2"]);
  assert.deepEqual(shown(), ["3"], "control: by the last message, the row would be on the newest page");
});

test("detects rows that are no longer active, unless the list of active sessions is incomplete", () => {
  const shown = [a("2"), a("1", "inProgress")];
  assert.equal(hasSettled(shown, { items: [a("1", "inProgress")], nextCursor: null }), false);
  assert.equal(hasSettled(shown, { items: [], nextCursor: null }), true);
  assert.equal(hasSettled(shown, { items: [], nextCursor: "more" }), false);
});
