import assert from "node:assert/strict";
import { test } from "node:test";
import { answerOf } from "../plan/work.ts";
import { checkHistory, rules } from "./check-history.ts";
import type { History } from "./history.ts";
import { isEnding } from "./read-parts.ts";
import {
  makeEvent,
  makeHistory,
  messageIdOf,
  sessionId,
  shaOf,
  withEvents,
  withSeen,
  withSession,
} from "./testing/make-history.ts";

const history = makeHistory();
const [branch] = history.branches;

/** Histories that violate a rule, by the rule's name. Each one is wrong in only one respect. */
const wrong: Readonly<Record<string, readonly History[]>> = {
  "no acknowledged message is lost": [
    {
      ...history,
      log: [...history.log, { kind: "acknowledged", token: "s0m2", sessionId, at: 0 }],
    },
    {
      ...history,
      log: [...history.log, { kind: "acknowledged", token: "s0m1", sessionId: "other", at: 0 }],
    },
  ],
  "no message is recorded twice": [
    withSession(history, ({ messages }) => ({ messages: [...messages, messages[1]!] })),
  ],
  "every message is acknowledged after the fault": [
    { ...history, log: [...history.log, { kind: "gaveUp", token: "s0m2", at: 0, error: "No answer." }] },
  ],
  "every turn ends once, and none fails": [
    ...(["queued", "working", "failed", "cancelled"] as const).map((state) =>
      withSession(history, ({ messages }) => ({ messages: [{ ...messages[0]!, state }, messages[1]!] })),
    ),
    withEvents(history, (events) => events.filter((event) => !isEnding(event))),
    withEvents(history, (events) => [...events, events.at(-1)!]),
  ],
  "the events of a session have the IDs 1, 2, 3, ...": [
    withSession(history, ({ events }) => ({ events: events.filter(({ id }) => id !== 3) })),
    withSession(history, ({ events }) => ({ events: [...events, events[0]!] })),
    withSession(history, ({ events }) => ({ events: events.toReversed() })),
  ],
  "the client receives each event once, in order and unchanged": [
    { ...history, log: [...history.log, history.log.at(-1)!] },
    { ...history, log: history.log.filter((entry) => entry.kind !== "seen" || entry.event.id !== 2) },
    { ...history, log: history.log.slice(0, -1) },
    { ...history, log: history.log.filter(({ kind }) => kind !== "seen") },
    {
      ...history,
      log: history.log.map((entry) =>
        entry.kind === "seen" && entry.event.id === 2
          ? { ...entry, event: makeEvent(2, messageIdOf("s0m0"), { type: "text", text: "Other." }) }
          : entry,
      ),
    },
  ],
  "an attempt after the first one does not repeat recorded events": [
    withEvents(history, (events) => [...events, events[0]!]),
  ],
  "a completed turn gives its answer, and no attempt gives it twice": [
    withEvents(history, (events) => events.filter(({ eventType }) => eventType !== "text")),
    withEvents(history, (events) => [
      ...events,
      makeEvent(0, messageIdOf("s0m1"), { type: "text", text: answerOf("s0m1") }),
    ]),
  ],
  "a completed turn makes one commit, and no turn makes two": [
    { ...history, branches: [{ ...branch!, heads: [shaOf("s0m0")], commits: branch!.commits.slice(0, 1) }] },
    {
      ...history,
      branches: [{ ...branch!, commits: [...branch!.commits, { sha: "sha-more", files: ["s0m1.txt"] }] }],
    },
  ],
  "a branch has only the work of its session": [
    {
      ...history,
      branches: [{ ...branch!, commits: [...branch!.commits, { sha: "sha-more", files: ["s5m0.txt"] }] }],
    },
  ],
  "no branch is without a session": [
    { ...history, branches: [branch!, { name: "tembo/one-rescued-1", heads: [], commits: [] }] },
  ],
  "each session with commits has exactly one pull request": [
    { ...history, pullRequests: [] },
    { ...history, pullRequests: [...history.pullRequests, { number: 2, head: branch!.name }] },
    withEvents(history, (events) => events.filter(({ eventType }) => eventType !== "pullRequest.opened")),
  ],
  "each push is recorded, and none replaces another one": [
    { ...history, branches: [{ ...branch!, heads: ["sha-replaced", ...branch!.heads] }] },
    withEvents(history, (events) => events.filter(({ eventType }) => eventType !== "branch.pushed")),
  ],
  "a turn has the files of all earlier turns, or the transcript reports a loss": [
    withSession(history, ({ events }) => ({ events: events.map(forgetNotes) })),
    withEvents(history, (events) => events.filter(({ eventType }) => eventType !== "toolCall")),
    withNotice("s0m1"),
  ],
};

test("finds nothing in a history in which nothing is wrong", () => {
  assert.deepEqual(checkHistory(history), []);
});

for (const { name } of rules)
  test(`finds each violation of the rule: ${name}`, () => {
    assert.ok(wrong[name]!.length > 0);
    for (const [index, each] of wrong[name]!.entries()) {
      const found = checkHistory(each).filter(({ rule }) => rule === name);
      assert.notEqual(found.length, 0, `history ${index}`);
    }
  });

test("accepts a cancelled turn without work if the client stopped the session", () => {
  const cancelled = withSession(history, ({ messages, events }) => ({
    messages: [messages[0]!, { ...messages[1]!, state: "cancelled" }],
    events: [
      ...events.slice(0, -4),
      makeEvent(events.length - 3, messageIdOf("s0m1"), {
        type: "turn.cancelled",
        turnId: "turn-s0m1",
        message: "Stopped.",
      }),
    ],
  }));
  const stopped = withSeen({
    ...cancelled,
    log: [...history.log, { kind: "stopped", sessionId, at: 0 }],
    branches: [{ ...branch!, heads: [shaOf("s0m0")], commits: branch!.commits.slice(0, 1) }],
  });
  assert.deepEqual(checkHistory(stopped), []);
});

test("accepts a repeated answer of a later attempt, because the first one was not saved", () => {
  const messageId = messageIdOf("s0m1");
  const again = withEvents(history, (events) => [
    ...events.slice(0, -1),
    makeEvent(0, messageId, { type: "turn.resumed", turnId: "turn-s0m1", attempt: 2 }),
    makeEvent(0, messageId, { type: "text", text: answerOf("s0m1") }),
    events.at(-1)!,
  ]);
  assert.deepEqual(checkHistory(withSeen(again)), []);
});

test("accepts a push that a stop interrupted, but not another one without an event", () => {
  const pushed = (state: "completed" | "cancelled") => {
    const counts = { additions: 1, deletions: 0, changedFiles: 1 };
    const commit = { type: "commit.created", repository: "app", branch: "tembo/one", ...counts } as const;
    const changed = withEvents(history, (events) =>
      events.map((event) =>
        event.eventType === "branch.pushed" && event.messageId === messageIdOf("s0m1")
          ? makeEvent(0, event.messageId, { ...commit, sha: shaOf("s0m1") })
          : event,
      ),
    );
    const stopped = withSession(changed, ({ messages }) => ({
      messages: [messages[0]!, { ...messages[1]!, state }],
    }));
    return checkHistory(stopped).filter(({ rule }) => rule.startsWith("each push"));
  };
  assert.equal(pushed("cancelled").length, 0);
  assert.equal(pushed("completed").length, 1);
});

test("accepts lost files of a turn with a notice that they could not be saved", () => {
  assert.deepEqual(checkHistory(withSeen(withNotice("s0m0"))), []);
});

test("accepts that a resumed turn continued without its command, and that the files do not have its token", () => {
  const resumed = makeEvent(0, messageIdOf("s0m0"), {
    type: "turn.resumed",
    turnId: "turn-s0m0",
    attempt: 2,
  });
  const continued = withEvents(history, (events) =>
    events.map((event) =>
      event.eventData.type === "toolCall" && event.eventData.toolCallId === "s0m0"
        ? resumed
        : forgetNotes(event),
    ),
  );
  assert.deepEqual(checkHistory(withSeen(continued)), []);
});

test("accepts that the client has not received events after the last turn, or an unknown session", () => {
  const stopped = makeEvent(0, null, { type: "sandbox.stopped", reason: "It was idle." });
  assert.deepEqual(checkHistory(withEvents(history, (events) => [...events, stopped])), []);
  const unknown = { ...history, log: [] };
  assert.deepEqual(checkHistory(unknown), []);
});

test("reports where a turn that has not ended is, and why", () => {
  const notice = "This turn waits.";
  const waiting = withSession(history, ({ messages, events }) => ({
    messages: [messages[0]!, { ...messages[1]!, state: "working" }],
    events: [...events.slice(0, -1), makeEvent(11, messageIdOf("s0m1"), { type: "notice", message: notice })],
  }));
  const [first] = checkHistory(withSeen(waiting)).map(({ message }) => message);
  assert.equal(
    first,
    `The turn of message s0m1 of session ${sessionId} is working. Its last event is event 11 (notice). ${notice}`,
  );
});

/** Returns the history in which the second turn has lost the file of the first, with a notice in one of the turns. */
function withNotice(token: string): History {
  const message = "Tembo could not save the session's files to the blob store.";
  const notice = makeEvent(0, messageIdOf(token), { type: "notice", message });
  return withEvents(history, (events) => [events[0]!, notice, ...events.slice(1).map(forgetNotes)]);
}

/** Removes the first turn's note from the output of the second turn. */
function forgetNotes(event: History["sessions"][number]["events"][number]) {
  const { eventData } = event;
  if (eventData.type !== "toolCall" || eventData.toolCallId !== "s0m1") return event;
  return { ...event, eventData: { ...eventData, output: "s0m1" } };
}
