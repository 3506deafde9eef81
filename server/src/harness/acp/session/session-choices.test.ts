import assert from "node:assert/strict";
import { test } from "node:test";
import type { HarnessUpdate } from "../../../core/turns/index.ts";
import { collect, idle, isError, joinText, textPrompt } from "../../harness-contract.ts";
import { noticesIn, passing, play, startStub } from "../../testing/start-stub.ts";
import { SessionUpdates } from "./session-updates.ts";

const choosing = { STUB_CAN: "choose" };
const chosen = { model: "stub-small", mode: "build", reasoningLevel: null, speed: "normal" } as const;

test("sets the mode and the model through the session's options", async () => {
  const updates = await play("options", { given: { model: "stub-large" } });
  assert.equal(joinText(updates), "mode=free model=stub-large");
  assert.deepEqual(noticesIn(updates), []);
});

test("sets the reasoning level by the option's category, and the speed by its ID", async () => {
  const given = { reasoningLevel: "high", speed: "fast" } as const;
  const updates = await play("options", { env: choosing, given });
  assert.equal(joinText(updates), "mode=free model=stub-small effort=high fast=on");
  assert.deepEqual(noticesIn(updates), []);
});

test("sets additional options of a mode, and translates values to the harness's names", async () => {
  const choices = { modeOptions: { plan: { fast: "on" } }, reasoningValues: { max: ["highest", "high"] } };
  const given = { mode: "plan", reasoningLevel: "max" } as const;
  const updates = await play("options", { env: choosing, given, spec: { choices } });
  assert.match(joinText(updates), /^mode=reading model=stub-small effort=high/);
});

test("sets the mode and the model of a harness that has no options", async () => {
  const updates = await play("options", { env: { STUB_CAN: "legacy" }, given: { mode: "plan" } });
  assert.equal(joinText(updates), "mode=reading model=stub-small");
});

test("sets a reasoning level that the harness offers as a mode", async () => {
  const env = { STUB_CAN: "legacy" };
  assert.equal(joinText(await play("options", { env })), "mode=free model=stub-small");
  const updates = await play("options", { env, given: { reasoningLevel: "high" } });
  assert.equal(joinText(updates), "mode=high model=stub-small");
});

test("passes an unlisted model through the environment, with a notice", async () => {
  const updates = await play("options\nsay ;\nenv STUB_MODEL", { given: { model: "a-model/of:mine" } });
  assert.equal(joinText(updates), "mode=free model=stub-small;a-model/of:mine");
  assert.deepEqual(noticesIn(updates), [
    "Stub does not list the model a-model/of:mine and may use stub-small instead. It lists: stub-small, stub-large.",
  ]);
});

for (const [given, words] of [
  [{ reasoningLevel: "extreme" }, /does not offer the reasoning level extreme and keeps medium/],
  [{ speed: "ultrafast" }, /does not offer the speed ultrafast and keeps off. It offers: off, on/],
] as const) {
  test(`reports a setting that the harness does not offer: ${JSON.stringify(given)}`, async () => {
    const updates = await play("say hello", { env: choosing, given });
    assert.match(noticesIn(updates).join(), words);
    assert.equal(joinText(updates), "hello");
  });
}

test("reports a setting for which the harness has no option, but not a default", async () => {
  const updates = await play("say hello", { given: { reasoningLevel: "high", speed: "fast" } });
  assert.deepEqual(noticesIn(updates), [
    "Stub does not offer the reasoning level high and uses its default.",
    "Stub does not offer the speed fast and uses its default.",
  ]);
});

test("reports a value that the harness rejects, and still opens the conversation", async () => {
  const env = { STUB_CAN: "choose", STUB_REFUSES: "high" };
  const updates = await play("options", { env, given: { reasoningLevel: "high" } });
  assert.match(noticesIn(updates).join(), /rejects the reasoning level high \(not today\) and keeps medium/);
  assert.match(joinText(updates), /effort=medium/);
});

test("changes the mode of an open conversation and restores the initial settings", async () => {
  await using conversation = await startStub({ env: choosing });
  const collectText = async () => joinText(await collect(conversation.prompt(textPrompt("options"), idle())));
  const planning = { ...chosen, mode: "plan", reasoningLevel: "low", model: "stub-large" } as const;
  assert.deepEqual(await conversation.configure(planning), []);
  assert.equal(await collectText(), "mode=reading model=stub-large effort=low fast=off");
  assert.deepEqual(await conversation.configure(chosen), []);
  assert.equal(await collectText(), "mode=free model=stub-small effort=medium fast=off");
});

test("returns the settings that an open conversation cannot change, and reports them with the next prompt", async () => {
  await using conversation = await startStub();
  assert.deepEqual(await conversation.configure({ ...chosen, model: "another", speed: "fast" }), [
    "model",
    "speed",
  ]);
  const updates = await collect(conversation.prompt(textPrompt("say hello"), idle()));
  assert.equal(noticesIn(updates).length, 2);
  assert.equal(noticesIn(await collect(conversation.prompt(textPrompt("say hello"), idle()))).length, 0);
});

test("reports a harness that has exited or does not respond when its settings change", async () => {
  await using silent = await startStub({ env: { STUB_HANGS_AT: "reading" }, startTimer: passing(10_000) });
  await assert.rejects(
    silent.configure({ ...chosen, mode: "plan" }),
    isError("harness_failed", /did not respond within 10 s/),
  );
  await using dead = await startStub();
  await dead.close();
  await assert.rejects(
    dead.configure({ ...chosen, mode: "plan" }),
    isError("harness_failed", /exited with code 0/),
  );
});

test("reports a mode change by the harness once, even if the harness repeats it", async () => {
  const updates = await play("set-mode reading\nset-mode reading\nset-mode ask");
  assert.deepEqual(
    updates.filter((update) => update.type === "mode"),
    [
      { type: "mode", mode: "reading", isPlanning: true },
      { type: "mode", mode: "ask", isPlanning: false },
    ],
  );
});

test("parses the mode from the text of a harness that announces it there", async () => {
  const spec = { modeInWords: /^NOW (\w+)$/ };
  const updates = await play("say NOW reading\nask-permission switch_mode\nsay over", { spec });
  assert.deepEqual(
    updates.filter((update) => update.type === "mode"),
    [{ type: "mode", mode: "reading", isPlanning: true }],
  );
  assert.equal(joinText(await play("say NOW reading")), "NOW reading");
});

test("delivers session updates that arrive after a prompt with a later prompt", async () => {
  await using conversation = await startStub();
  await collect(conversation.prompt(textPrompt("title T\nafter-the-end commands a b"), idle()));
  for (let lists: HarnessUpdate[] = []; lists.length === 0; ) {
    const updates = await collect(conversation.prompt(textPrompt("say hello"), idle()));
    lists = updates.filter((update) => update.type === "availableCommands");
    if (lists.length > 0) assert.deepEqual(lists, [commands("a", "b")]);
  }
});

test("keeps only the newest pending update of each kind, and a limited number of notices", () => {
  const sessionUpdates = new SessionUpdates();
  sessionUpdates.keep(commands("a"));
  sessionUpdates.keep(commands("b"));
  sessionUpdates.keep({ type: "text", text: "not of the session" });
  sessionUpdates.notice(Array.from({ length: 60 }, (_, n) => `notice ${n}`));
  const collectText = sessionUpdates.take();
  assert.equal(collectText.length, 51);
  assert.deepEqual(collectText.at(-1), commands("b"));
  assert.deepEqual(sessionUpdates.take(), []);
});

function commands(...names: string[]): HarnessUpdate {
  const described = names.map((name) => ({ name, description: `Does ${name}`, inputHint: null }));
  return { type: "availableCommands", commands: described };
}
