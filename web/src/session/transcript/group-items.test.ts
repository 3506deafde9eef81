import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { EventData } from "@tembo-io/sdk";
import { emptyTranscript, type Transcript } from "./draft.ts";
import { extendTranscript } from "./extend-transcript.ts";
import { type Grouping, groupItems, noGroups } from "./group-items.ts";
import { layOutRows, type RowsView } from "./lay-out-rows.ts";
import { callOf, completed, eventsOf, started, transcriptOf } from "./testing/transcript-of.ts";

const call = (toolCallId: string, status: "running" | "completed" = "completed") =>
  callOf({ toolCallId, status });
const text = { type: "text", text: "I look." } as const;
const queued = { type: "message.queued", content: "Fix it" } as const;
const plan: EventData = { type: "plan", entries: [{ content: "Look", status: "pending" }] };

const view: RowsView = { chosen: new Map(), openAtFirst: new Set(), folded: new Set() };
/** Rows as their keys. Rows of an open group are indented. */
const rowsOf = ({ items }: Pick<Transcript, "items">, more: Partial<RowsView> = {}) =>
  layOutRows(groupItems(items), { ...view, ...more }).map((row) => {
    const key = row.key.replace("tool:t1:", "");
    return row.kind === "item" && row.isNested ? `  ${key}` : key;
  });

describe("tool calls", () => {
  it("are grouped if nothing else is between them", () => {
    const transcript = transcriptOf(
      started,
      call("a"),
      { type: "thought", text: "Hm" },
      call("b"),
      text,
      call("c"),
    );
    assert.deepEqual(rowsOf(transcript), ["segment:a", "event:5", "c"]);
    assert.deepEqual(rowsOf(transcript, { openAtFirst: new Set(["segment:tool:t1:a"]) }), [
      "segment:a",
      "  a",
      "  event:3",
      "  b",
      "event:5",
      "c",
    ]);
  });

  it("follow the user's choice, also in a group that is open at first", () => {
    const open = new Set(["segment:tool:t1:a"]);
    const transcript = transcriptOf(started, call("a"), call("b"));
    const rows = (isOpen: boolean) =>
      rowsOf(transcript, {
        openAtFirst: isOpen ? open : new Set(),
        chosen: new Map([[[...open][0]!, !isOpen]]),
      });
    assert.deepEqual(rows(true), ["segment:a"]);
    assert.deepEqual(rows(false), ["segment:a", "  a", "  b"]);
  });

  it("stay in one group if a person allowed one of them", () => {
    const asked = {
      permissionId: "p1",
      toolCallId: "b",
      title: "rm -rf build",
      kind: "execute",
    } as const;
    const requested: EventData = { ...asked, type: "permission.requested", input: null, expiresAt: "" };
    const open = transcriptOf(started, call("a"), call("b", "running"), requested);
    assert.deepEqual(rowsOf(open), ["segment:a", "permission:p1"]);
    for (const [decision, expected] of [
      ["allow", ["segment:a"]],
      ["deny", ["segment:a", "permission:p1", "c"]],
    ] as const) {
      const answered: EventData = {
        ...asked,
        type: "permission.answered",
        decision,
        by: "person",
        comment: null,
      };
      const transcript = extendTranscript(open, eventsOf([answered, call("c")], 4));
      assert.deepEqual(rowsOf(transcript), expected, decision);
    }
  });
});

describe("a task list", () => {
  it("is a row above the end of its turn", () => {
    const running = transcriptOf(started, plan, text);
    assert.deepEqual(rowsOf(running), ["event:3"]);
    assert.deepEqual(rowsOf(extendTranscript(running, eventsOf([completed], 3))), [
      "event:3",
      "plan:t1",
      "turn:t1",
    ]);
  });
});

describe("a folded turn", () => {
  const turn = [queued, started, text, call("a"), call("b"), { type: "text", text: "Done." }] as const;
  const folded = new Set(["message:m1"]);

  it("shows its message, its last text and its end", () => {
    const ended = transcriptOf(...turn, completed);
    assert.deepEqual(rowsOf(ended), ["message:m1", "event:3", "segment:a", "event:6", "turn:t1"]);
    assert.deepEqual(rowsOf(ended, { folded }), ["message:m1", "event:6", "turn:t1"]);
  });

  it("is possible only after the turn has ended", () => {
    const isFoldable = (transcript: Transcript) =>
      layOutRows(groupItems(transcript.items), view).some((row) => row.kind === "item" && row.turn !== null);
    assert.equal(isFoldable(transcriptOf(...turn)), false);
    assert.equal(isFoldable(transcriptOf(...turn, completed)), true);
    assert.deepEqual(rowsOf(transcriptOf(...turn), { folded }).length, 4);
  });
});

describe("incremental grouping", () => {
  const step = { type: "turn.step", step: "provision", message: "Preparing." } as const;
  const events = eventsOf([
    queued,
    started,
    step,
    call("a", "running"),
    call("b", "running"),
    plan,
    call("a"),
    text,
    call("c"),
    call("d", "running"),
    call("d"),
    { type: "question.asked", questionId: "q1", question: "Which?", options: [], expiresAt: "" },
    { type: "notice", message: "Late progress", activity: "install" },
    completed,
  ]);

  it("gives the same segments as grouping at once", () => {
    let transcript = emptyTranscript();
    let grouping: Grouping = noGroups;
    for (const event of events) {
      transcript = extendTranscript(transcript, [event]);
      grouping = groupItems(transcript.items, grouping);
      assert.deepEqual(grouping, groupItems(transcript.items), event.eventType);
    }
  });

  it("reuses the segments before the last one", () => {
    const many = Array.from({ length: 200 }, (_, index) => [call(`${index}`), text]).flat();
    const before = transcriptOf(started, ...many);
    const grouping = groupItems(before.items);
    const after = groupItems(
      extendTranscript(before, eventsOf([call("last")], many.length + 1)).items,
      grouping,
    );
    const reused = after.segments.filter((segment, index) => segment === grouping.segments[index]);
    assert.equal(after.segments.length, grouping.segments.length + 1);
    assert.equal(reused.length, grouping.segments.length - 1);
  });
});
