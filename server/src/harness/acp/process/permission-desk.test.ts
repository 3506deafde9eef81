import assert from "node:assert/strict";
import { test } from "node:test";
import type { DecidePermission, PermissionRequest } from "../../../core/sessions/index.ts";
import type { HarnessUpdate } from "../../../core/turns/index.ts";
import { whenAborted } from "../../../runtime/on-abort.ts";
import { collect, idle, joinText, textPrompt } from "../../harness-contract.ts";
import { noticesIn, play, startStub } from "../../testing/start-stub.ts";
import { maxOpenRequests, PermissionDesk } from "./permission-desk.ts";

const allow: DecidePermission = async () => "allow";
const deny: DecidePermission = async () => "deny";
const selected = (optionId: string) => JSON.stringify({ outcome: "selected", optionId });
const cancelled = JSON.stringify({ outcome: "cancelled" });

test("allows a request once if there is no decision function", async () => {
  const updates = await play("ask-permission");
  assert.equal(joinText(updates), selected("once"));
  const call = updates.find((update) => update.type === "toolCall");
  assert.equal(call?.kind, "delete");
});

for (const [decide, optionId] of [
  [allow, "once"],
  [deny, "never"],
] as const) {
  test(`selects the option "${optionId}" for the decision, and reports the tool call first`, async () => {
    const updates = await play("ask-permission edit", { given: { decidePermission: decide } });
    assert.equal(joinText(updates), selected(optionId));
    assert.deepEqual(
      updates.slice(0, 2).map((update) => update.type),
      ["toolCall", "text"],
    );
  });
}

test("passes the kind and the truncated input of a permission request", async () => {
  const asked: PermissionRequest[] = [];
  const decidePermission: DecidePermission = async (request) => {
    asked.push(request);
    return "deny";
  };
  const long = JSON.stringify({ toolCall: { toolCallId: "x", title: "t", rawInput: "i".repeat(20_000) } });
  await play(`ask-permission edit\nask-with ${long}`, { given: { decidePermission } });
  assert.deepEqual(asked[0], {
    toolCallId: "asked-1",
    title: "Delete everything",
    kind: "edit",
    input: '{"path":"all"}',
  });
  assert.equal(asked[1]?.input?.length, 16_000);
});

test("reports a switch out of plan mode as leavePlan, and out of any other mode as other", async () => {
  const kinds: string[] = [];
  const decidePermission: DecidePermission = async ({ kind }) => {
    kinds.push(kind);
    return "deny";
  };
  await play("ask-permission switch_mode", { given: { mode: "plan", decidePermission } });
  await play("ask-permission switch_mode", { given: { mode: "build", decidePermission } });
  await play("set-mode reading\nask-permission switch_mode", { given: { decidePermission } });
  assert.deepEqual(kinds, ["leavePlan", "other", "leavePlan"]);
});

test("identifies plan mode by its options if several modes share a name", async () => {
  const kinds: string[] = [];
  const decidePermission: DecidePermission = async ({ kind }) => {
    kinds.push(kind);
    return "deny";
  };
  const modes = { build: ["free"], ask: ["free"], plan: ["free"] };
  const modeOptions = { build: { model: "stub-small" }, plan: { model: "stub-large" } };
  const spec = { modes, choices: { modeOptions } };
  for (const mode of ["plan", "build"] as const)
    await play("ask-permission switch_mode", { given: { mode, decidePermission }, spec });
  assert.deepEqual(kinds, ["leavePlan", "other"]);
});

for (const [what, options, answers] of [
  [
    "only permanent options",
    [
      { optionId: "a", kind: "allow_always", name: "A" },
      { optionId: "r", kind: "reject_always", name: "R" },
    ],
    [selected("a"), selected("r")],
  ],
  ["no option to reject", [{ optionId: "a", kind: "allow_once", name: "A" }], [selected("a"), cancelled]],
  ["no options", [], [cancelled, cancelled]],
] as const) {
  test(`selects the best available option of a request that offers ${what}`, async () => {
    for (const [n, decidePermission] of [allow, deny].entries()) {
      const updates = await play(`ask-with ${JSON.stringify({ options })}`, { given: { decidePermission } });
      assert.equal(joinText(updates), answers[n]);
    }
  });
}

for (const [what, given] of [
  ["for another session", { sessionId: "another" }],
  ["for a tool call without a valid id", { toolCallId: "" }],
] as const) {
  test(`denies a request ${what} without asking the user`, async () => {
    const decidePermission: DecidePermission = () => assert.fail("a person was asked");
    const updates = await play(`ask-with ${JSON.stringify(given)}`, { given: { decidePermission } });
    assert.equal(joinText(updates), selected("never"));
  });
}

test("responds to a malformed request with a protocol error, without asking the user", async () => {
  const decidePermission: DecidePermission = () => assert.fail("a person was asked");
  const updates = await play("request session/request_permission", { given: { decidePermission } });
  assert.match(joinText(updates), /^refused -326/);
});

test("denies a request if the decision fails, and reports it", async () => {
  const decidePermission: DecidePermission = async () => {
    throw new Error("the session has ended");
  };
  const updates = await play("ask-permission", { given: { decidePermission } });
  assert.equal(joinText(updates), selected("never"));
  assert.deepEqual(noticesIn(updates), [
    "Denied: Delete everything. The decision failed: the session has ended.",
  ]);
});

test("responds to open requests with cancelled, and aborts the decision", async () => {
  await using conversation = await startStub({
    given: {
      decidePermission: async (_, signal) => {
        setImmediate(() => abort.abort());
        await whenAborted(signal);
        throw signal.reason;
      },
    },
  });
  const abort = new AbortController();
  const updates = await collect(conversation.prompt(textPrompt("ask-permission"), abort.signal));
  assert.equal(joinText(updates), cancelled);
  assert.deepEqual(noticesIn(updates), []);
  assert.deepEqual(updates.at(-1), { type: "harness.ended", stopReason: "cancelled" });
});

test("limits the number of open requests, and denies and reports the others", async () => {
  const waiting: (() => void)[] = [];
  const decidePermission: DecidePermission = () =>
    new Promise((resolve) => {
      waiting.push(() => resolve("allow"));
    });
  await using conversation = await startStub({ given: { decidePermission } });
  const updates: HarnessUpdate[] = [];
  for await (const update of conversation.prompt(textPrompt(`ask-many ${maxOpenRequests + 4}`), idle())) {
    updates.push(update);
    if (noticesIn(updates).length === 4) for (const decide of waiting.splice(0)) decide();
  }
  assert.equal(joinText(updates).split(selected("once")).length - 1, maxOpenRequests);
  assert.equal(joinText(updates).split(selected("never")).length - 1, 4);
  assert.match(noticesIn(updates)[0]!, /^Denied without asking: Delete everything/);
});

test("ends normally, with a notice, if the harness stops after a denial", async () => {
  const updates = await play("stop-when-denied", { given: { decidePermission: deny } });
  assert.deepEqual(updates.at(-1), { type: "harness.ended", stopReason: "endTurn" });
  assert.deepEqual(noticesIn(updates), ["Stub stopped because a permission was denied."]);
});

test("allows no request without a running prompt", async () => {
  const desk = new PermissionDesk(allow);
  const request = { sessionId: "s", toolCall: { toolCallId: "1" }, options: [] };
  const options = [{ optionId: "once", kind: "allow_once", name: "Once" } as const];
  assert.deepEqual(await desk.answer({ ...request, options }), { outcome: "cancelled" });
});
