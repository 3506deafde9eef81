import assert from "node:assert/strict";
import { test } from "node:test";
import type { EventData } from "../../sessions/index.ts";
import { isPromptAnswered } from "./is-prompt-answered.ts";

const text: EventData = { type: "text", text: "Done." };
const ended: EventData = { type: "harness.ended", stopReason: "endTurn" };
const resumed = { type: "turn.resumed" } as EventData;

const cases: readonly (readonly [name: string, events: readonly EventData[], expected: boolean])[] = [
  ["nothing has happened", [], false],
  ["the harness works", [text], false],
  ["the harness has ended", [text, ended], true],
  ["another attempt has begun since", [text, ended, resumed], true],
  ["another attempt has worked since", [text, ended, resumed, text], false],
  ["its prompt was canceled", [text, { type: "harness.ended", stopReason: "cancelled" }], false],
  ["its files were lost", [text, ended, resumed, { type: "notice", message: "Files are lost." }], false],
];

for (const [name, events, expected] of cases)
  test(`${expected ? "an answer" : "no answer"}: ${name}`, () => {
    assert.equal(isPromptAnswered(events), expected);
  });
