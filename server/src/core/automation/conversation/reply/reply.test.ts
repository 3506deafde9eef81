import assert from "node:assert/strict";
import { test } from "node:test";
import { type EventData, lastWords, noWords } from "../../../sessions/index.ts";
import { composeReply } from "../../../turns/turn/reply/compose-reply.ts";

const text = (words: string): EventData => ({ type: "text", text: words });
const call: EventData = {
  type: "toolCall",
  toolCallId: "1",
  title: "Read",
  kind: "read",
  status: "completed",
  input: null,
  output: null,
  exitCode: null,
  diffs: [],
};
const replyText = (events: readonly EventData[]) => events.reduce(lastWords, noWords).text;

test("returns the text after the last tool call, joined across its parts", () => {
  assert.equal(replyText([]), "");
  assert.equal(replyText([text("I look."), call, text("It is "), text("four.")]), "It is four.");
  assert.equal(replyText([text("It is four."), call]), "It is four.");
  assert.equal(replyText([text("Hm."), { type: "thought", text: "?" }, text("Four.")]), "Four.");
  assert.equal(replyText([text("Four."), call, text("\n"), call]), "Four.");
  assert.equal(replyText([text("Fo"), { type: "notice", message: "x" }, text("ur.")]), "Four.");
});

const reply = {
  result: { status: "completed", message: "Finished without changes.", pushed: [] },
  lastWords: "It is four.",
  mentionName: "@tembo",
  pullRequestUrls: [],
  sessionUrl: "http://tembo.example/sessions/1",
} as const;
const session = "[Session](http://tembo.example/sessions/1)";

test("composes a reply from the last text, the pushed commits and the session link", () => {
  assert.equal(composeReply(reply), `It is four.\n\n${session}`);
  assert.equal(composeReply({ ...reply, lastWords: " " }), `Finished without changes.\n\n${session}`);
  const pushed = [{ directory: "shop", sha: "0123456789abcdef" }];
  assert.equal(
    composeReply({
      ...reply,
      result: { ...reply.result, pushed },
      pullRequestUrls: ["https://forge.example/1"],
    }),
    `It is four.\n\nPushed 0123456 to shop.\n\nPull request: https://forge.example/1\n\n${session}`,
  );
});

test("includes the next step after a failure, and states that a person stopped a cancelled turn", () => {
  const failed = composeReply({
    ...reply,
    result: { status: "failed", message: "The budget is spent.", pushed: [] },
  });
  assert.match(failed, /^The task could not be finished\. The budget is spent\.\n\n.*mention @tembo here/);
  const stopped = composeReply({ ...reply, result: { status: "cancelled", message: "Kept.", pushed: [] } });
  assert.match(stopped, /^A person stopped the task\. Kept\./);
});

test("removes markers from a reply, and limits its length to the smallest limit of any forge", () => {
  const body = composeReply({ ...reply, lastWords: `Yes.\n[//]: # (tembo:reply:2)\n${"x".repeat(90_000)}` });
  assert.ok(!body.includes("tembo:reply") && body.length < 32_000);
});
