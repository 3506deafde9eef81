import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { EventData } from "@tembo-io/sdk";
import { emptyTranscript, type Transcript } from "./draft.ts";
import { extendTranscript } from "./extend-transcript.ts";
import { eventsOf, MESSAGE, transcriptOf } from "./testing/transcript-of.ts";

const started = { type: "turn.started", turnId: "t1", number: 1 } as const;
const call = {
  type: "toolCall",
  toolCallId: "c1",
  title: "Edit",
  kind: "edit",
  status: "running",
  input: null,
  output: null,
  exitCode: null,
  diffs: [],
} as const;
const asked = {
  type: "permission.requested",
  permissionId: "p1",
  toolCallId: "c1",
  title: "rm -rf build",
  kind: "execute",
  input: null,
  expiresAt: "2026-01-01T00:10:00.000Z",
} as const;

const bodies = ({ items }: Transcript) => items.map(({ key: _key, at: _at, ...body }) => body);
const queued = (content: string): EventData => ({ type: "message.queued", content });

describe("messages", () => {
  it("are queued until their turn begins", () => {
    const before = transcriptOf(queued("Fix it"));
    assert.deepEqual(before.items, []);
    assert.deepEqual(before.waiting, [{ messageId: MESSAGE, content: "Fix it", attachments: [] }]);
    const after = extendTranscript(before, eventsOf([started], 1));
    assert.deepEqual(bodies(after), [
      { kind: "message", messageId: MESSAGE, content: "Fix it", attachments: [], isSteered: false },
    ]);
    assert.deepEqual(after.waiting, []);
    assert.equal(after.turn?.turnId, "t1");
  });

  it("are edited, reordered and deleted while they are queued", () => {
    const { waiting } = transcriptOf(
      ["a", queued("one")],
      ["b", queued("two")],
      ["c", queued("three")],
      ["a", { type: "message.edited", content: "uno" }],
      ["c", { type: "message.moved", position: 0, order: ["c", "a", "b"] }],
      ["b", { type: "message.deleted" }],
    );
    assert.deepEqual(
      waiting.map(({ content }) => content),
      ["three", "uno"],
    );
  });

  it("appear at the point where they steered a running turn", () => {
    const transcript = transcriptOf(
      queued("Fix it"),
      started,
      { type: "text", text: "I begin." },
      ["m2", queued("And test it")],
      ["m2", { type: "message.steered", turnId: "t1", how: "injected" }],
      { type: "text", text: "I test." },
    );
    assert.deepEqual(
      transcript.items.map((item) => [item.kind, item.kind === "message" && item.isSteered]),
      [
        ["message", false],
        ["text", false],
        ["message", true],
        ["text", false],
      ],
    );
  });

  it("appear before the end of a turn that never began", () => {
    const { items, waiting } = transcriptOf(queued("Fix it"), {
      type: "turn.cancelled",
      turnId: "t1",
      message: "Stopped.",
    });
    assert.deepEqual(
      items.map(({ kind }) => kind),
      ["message", "turnEnd"],
    );
    assert.deepEqual(waiting, []);
  });
});

describe("harness output", () => {
  it("is joined, even across events that display nothing", () => {
    const transcript = transcriptOf(
      { type: "text", text: "I " },
      { type: "usage", inputTokens: 1, outputTokens: 1, cachedInputTokens: 0 },
      { type: "text", text: "begin." },
      { type: "thought", text: "Hm, " },
      { type: "thought", text: "yes." },
    );
    assert.deepEqual(bodies(transcript), [
      { kind: "text", text: "I begin." },
      { kind: "thought", text: "Hm, yes.", endedAt: "2026-01-01T00:00:04.000Z" },
    ]);
  });

  it("has one row for a tool call, and another row for the same ID in another turn", () => {
    const transcript = transcriptOf(
      started,
      call,
      { ...call, title: "Edit a.ts", status: "completed", output: "done" },
      { type: "turn.completed", turnId: "t1", message: "Done." },
      { ...started, turnId: "t2" },
      call,
    );
    const tools = transcript.items.filter((item) => item.kind === "tool");
    assert.deepEqual(
      tools.map(({ title, status, endedAt }) => [title, status, endedAt]),
      [
        ["Edit a.ts", "completed", "2026-01-01T00:00:02.000Z"],
        ["Edit", "running", null],
      ],
    );
  });

  it("marks tools that a turn left running as stopped", () => {
    const { items } = transcriptOf(started, call, {
      type: "turn.cancelled",
      turnId: "t1",
      message: "Stopped.",
    });
    assert.equal(items[0]?.kind === "tool" && items[0].status, "stopped");
  });

  it("shows only the newest plan of a turn", () => {
    const entry = (status: "pending" | "completed") => [{ content: "Look", status }];
    const transcript = transcriptOf(
      started,
      { type: "plan", entries: entry("pending") },
      { type: "text", text: "I look." },
      { type: "plan", entries: entry("completed") },
    );
    assert.deepEqual(bodies(transcript)[0], { kind: "plan", entries: entry("completed") });
    assert.equal(transcript.items.length, 2);
  });
});

describe("permission requests and questions", () => {
  it("are open until they are answered", () => {
    const open = transcriptOf(started, asked);
    assert.deepEqual([...open.openAsks], ["permission:p1"]);
    const { input: _input, expiresAt: _expiresAt, ...request } = asked;
    const answered = { ...request, type: "permission.answered", decision: "allow", by: "person" } as const;
    const person = { isForSession: true, userId: "u1", comment: null } as const;
    const closed = extendTranscript(open, eventsOf([{ ...answered, ...person }], 2));
    assert.equal(closed.openAsks.size, 0);
    const [item] = closed.items;
    assert.deepEqual(item?.kind === "permission" && item.answer, {
      decision: "allow",
      by: "person",
      comment: null,
      isForSession: true,
      userId: "u1",
    });
  });

  it("are shown if a policy denies them, but not if it allows them", () => {
    const { input: _input, expiresAt: _expiresAt, ...request } = asked;
    const answered = { ...request, type: "permission.answered", by: "policy", comment: null } as const;
    assert.equal(transcriptOf({ ...answered, decision: "allow" }).items.length, 0);
    assert.equal(transcriptOf({ ...answered, decision: "deny" }).items.length, 1);
  });

  it("accept an answer to a question", () => {
    const { items, openAsks } = transcriptOf(
      { type: "question.asked", questionId: "q1", question: "Which?", options: ["a"], expiresAt: "" },
      { type: "question.answered", questionId: "q1", answer: "a", by: "person" },
    );
    assert.equal(openAsks.size, 0);
    assert.deepEqual(items[0]?.kind === "question" && items[0].answer, {
      text: "a",
      by: "person",
      userId: null,
    });
  });
});

describe("turn end", () => {
  const usage = {
    inputTokens: 10,
    outputTokens: 5,
    cachedInputTokens: 2,
    cacheWriteTokens: 3,
    costMicroUsd: 70,
  };
  const metered = {
    type: "turn.metered",
    turnId: "t1",
    requests: 1,
    unpricedRequests: 0,
    ...usage,
  } as const;
  const failed = {
    type: "turn.failed",
    turnId: "t1",
    error: { code: "model_failed", message: "No credit." },
  } as const;

  it("shows the cost, regardless of when it is reported", () => {
    for (const order of [
      [started, metered, failed],
      [started, failed, metered],
    ]) {
      const end = bodies(transcriptOf(...order)).at(-1);
      assert.deepEqual(end, {
        kind: "turnEnd",
        messageId: MESSAGE,
        outcome: "failed",
        result: { failedEdits: 0, hasPlan: false },
        sentence: "No credit.",
        startedAt: "2026-01-01T00:00:00.000Z",
        usage,
      });
    }
  });

  it("adds up the harness's counts if nothing was metered", () => {
    const reported = { type: "usage", inputTokens: 1, outputTokens: 2, cachedInputTokens: 3 } as const;
    const end = bodies(transcriptOf(started, reported, reported, failed)).at(-1);
    assert.deepEqual(end?.kind === "turnEnd" && end.usage, {
      inputTokens: 2,
      outputTokens: 4,
      cachedInputTokens: 6,
      cacheWriteTokens: 0,
      costMicroUsd: null,
    });
  });

  it("records the end of the sandbox's keep-alive, until the sandbox stops", () => {
    const until = "2026-01-01T01:00:00.000Z";
    const kept = transcriptOf(started, failed, { type: "sandbox.kept", until });
    assert.equal(kept.keptUntil, until);
    const stopped = eventsOf([{ type: "sandbox.stopped", reason: "It was idle." }], 3);
    assert.equal(extendTranscript(kept, stopped).keptUntil, null);
  });
});

describe("incremental updates", () => {
  it("keep rows that an event does not affect, and leave the previous transcript unchanged", () => {
    const before = transcriptOf(queued("Fix it"), started, call, { type: "text", text: "I " });
    const kept = [...before.items];
    const after = extendTranscript(before, eventsOf([{ type: "text", text: "begin." }], 4));
    assert.deepEqual(before.items, kept);
    assert.equal(after.items[0], before.items[0]);
    assert.equal(after.items[1], before.items[1]);
    assert.notEqual(after.items[2], before.items[2]);
  });

  it("give the same result when applied at once and event by event", () => {
    const events = eventsOf([
      queued("Fix it"),
      started,
      { type: "turn.step", step: "provision", message: "Preparing." },
      { type: "turn.step", step: "work", message: "Starting." },
      call,
      asked,
      { type: "egress.denied", host: "example.com", port: 443, reason: "notAllowed" },
      { ...call, status: "completed" },
      { type: "plan.proposed", artifactId: "a1", title: "Plan" },
      { type: "turn.completed", turnId: "t1", message: "Done." },
    ]);
    const whole = extendTranscript(emptyTranscript(), events);
    const pieces = events.reduce((sofar, event) => extendTranscript(sofar, [event]), emptyTranscript());
    assert.deepEqual(pieces, whole);
  });

  it("show an artifact that is a PNG, and name any other artifact", () => {
    const saved = {
      type: "artifact.created",
      artifactId: "a1",
      artifactType: "File",
      title: "Home",
    } as const;
    const itemFor = (contentType?: string) => {
      const [item] = transcriptOf({ ...saved, ...(contentType !== undefined && { contentType }) }).items;
      return item?.kind;
    };
    assert.deepEqual(
      [itemFor("image/png"), itemFor("image/svg+xml"), itemFor()],
      ["picture", "note", "note"],
    );
  });

  it("note that the session was archived or restored, and reload the session", () => {
    const { items, changedBy } = transcriptOf({ type: "session.archived" }, { type: "session.unarchived" });
    assert.deepEqual(
      items.map((item) => item.kind === "note" && item.note),
      [true, false].map((isArchived) => ({ about: "archive", isArchived })),
    );
    assert.equal(changedBy, 2);
  });

  it("ignore unknown events", () => {
    const unknown = { type: "moon.risen" } as unknown as EventData;
    assert.deepEqual(transcriptOf(unknown).items, []);
  });
});
