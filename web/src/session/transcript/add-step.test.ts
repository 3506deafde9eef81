import assert from "node:assert/strict";
import { it } from "node:test";
import type { EventData } from "@tembo-io/sdk";
import { started, transcriptOf } from "./testing/transcript-of.ts";

const step = (message: string): EventData => ({ type: "turn.step", step: "work", message });
const progress = (message: string): EventData => ({ type: "notice", message, activity: "install" });
const linesOf = (...events: readonly EventData[]) =>
  transcriptOf(started, ...events).items.map((item) =>
    item.kind === "steps" ? item.lines.map(({ text }) => text) : item.kind,
  );

it("keeps only the newest progress of an activity, in the row of the steps", () => {
  assert.deepEqual(
    linesOf(
      step("Preparing."),
      progress("Downloading, 2 s"),
      progress("Downloading, 4 s"),
      progress("Downloaded, 5 s"),
      step("Starting."),
    ),
    [["Preparing.", "Downloaded, 5 s", "Starting."]],
  );
});

it("updates the same row if other rows follow it", () => {
  const notice: EventData = { type: "notice", message: "Careful" };
  assert.deepEqual(linesOf(progress("Waiting, 3 s"), notice, progress("Waiting, 6 s"), step("Starting.")), [
    ["Waiting, 6 s"],
    "note",
    ["Starting."],
  ]);
});

it("adds a row for the same activity of another turn", () => {
  const next: EventData = { ...started, turnId: "t2" };
  const text: EventData = { type: "text", text: "I begin." };
  assert.deepEqual(linesOf(progress("One"), text, next, progress("Two")), [["One"], "text", ["Two"]]);
});
