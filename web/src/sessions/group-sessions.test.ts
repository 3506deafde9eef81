import assert from "node:assert/strict";
import { test } from "node:test";
import type { SessionListItem } from "@tembo-io/sdk";
import { groupByState, groupSessions, linesOf } from "./group-sessions.ts";

const a = (id: string) => ({ id }) as SessionListItem;
const none = { items: [] };

test("puts each session into the first group that matches, and omits empty groups", () => {
  const groups = groupSessions({
    needsYou: { items: [a("plan"), a("asks")], totalCount: 2 },
    pinned: { items: [a("asks"), a("kept")] },
    working: { items: [a("asks"), a("runs"), a("kept")] },
    review: { items: [a("plan"), a("ready")], totalCount: 9 },
    draft: none,
    done: [a("plan"), a("ready"), a("another"), a("merged")],
  });
  assert.deepEqual(
    groups.map(({ name, sessions, total }) => [name, sessions.map(({ id }) => id), total]),
    [
      ["needsYou", ["plan", "asks"], 2],
      ["pinned", ["kept"], 1],
      ["working", ["runs"], 1],
      ["review", ["ready"], 8],
      ["done", ["another", "merged"], null],
    ],
  );
});

test("adds a heading to each group, and a link if it has more sessions", () => {
  const draft = { items: [a("one")], totalCount: 3 };
  const groups = groupSessions({
    needsYou: none,
    pinned: none,
    working: none,
    review: none,
    draft,
    done: [a("two")],
  });
  assert.deepEqual(
    linesOf(groups).map((line) =>
      line.kind === "session" ? line.session.id : `${line.kind} ${line.name} ${line.total}`,
    ),
    ["heading draft 3", "one", "more draft 3", "heading done null", "two"],
  );
});

test("groups filtered sessions by their own state, in the order of the list", () => {
  const session = (id: string, current: string | undefined, more: Partial<SessionListItem> = {}) =>
    ({ id, attention: null, isPinned: false, state: { current }, artifacts: [], ...more }) as SessionListItem;
  const withPull = (status: string) =>
    ({ artifacts: [{ pullRequests: [{ status }] }] }) as unknown as Partial<SessionListItem>;
  const groups = groupByState([
    session("merged", "completed", withPull("merged")),
    session("ready", "completed", withPull("open")),
    session("asks", "inProgress", { attention: "question", isPinned: true }),
    session("kept", "inProgress", { isPinned: true }),
    session("waits", "queued"),
    session("runs", "inProgress", withPull("open")),
    session("note", undefined),
    session("stopped", "cancelled"),
  ]);
  assert.deepEqual(
    groups.map(({ name, sessions, total }) => [name, sessions.map(({ id }) => id), total]),
    [
      ["needsYou", ["asks"], null],
      ["pinned", ["kept"], null],
      ["working", ["waits", "runs"], null],
      ["review", ["ready"], null],
      ["draft", ["note"], null],
      ["done", ["merged", "stopped"], null],
    ],
  );
});
