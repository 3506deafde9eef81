import assert from "node:assert/strict";
import { test } from "node:test";
import type { HarnessUpdate } from "../../core/turns/index.ts";
import { collect, idle, isError, joinText, textPrompt } from "../harness-contract.ts";
import { noticesIn, passing, type StubStart, startStub } from "../testing/start-stub.ts";
import { steerLimitMs } from "./steer-prompt.ts";

const image = { type: "image", mediaType: "image/png", base64: "AAAA" } as const;

/** Steers a prompt once after it has started, and then runs another prompt. Returns the outcome and the updates of both prompts. */
async function steer(start: StubStart, blocks = textPrompt("say new course")) {
  await using conversation = await startStub(start);
  const abort = new AbortController();
  const updates: HarnessUpdate[] = [];
  let isTaken: boolean | null = null;
  for await (const update of conversation.prompt(textPrompt("forever tick"), abort.signal)) {
    updates.push(update);
    if (isTaken !== null || update.type !== "text") continue;
    isTaken = await conversation.steer(blocks);
    if (!isTaken) abort.abort();
  }
  const after = await collect(conversation.prompt(textPrompt("say after"), idle()));
  return { isTaken, updates, after };
}

test("steers the running prompt with new text", async () => {
  const { isTaken, updates } = await steer({ env: { STUB_CAN: "steer" } });
  assert.equal(isTaken, true);
  assert.match(joinText(updates), /new course$/);
  assert.deepEqual(updates.at(-1), { type: "harness.ended", stopReason: "endTurn" });
});

for (const [why, start] of [
  ["does not support steering", {}],
  ["rejects the text", { env: { STUB_CAN: "steer", STUB_STEER: "refuse" } }],
  [
    "does not respond in time",
    { env: { STUB_CAN: "steer", STUB_STEER: "silent" }, startTimer: passing(steerLimitMs) },
  ],
] as const) {
  test(`does not steer a harness that ${why}, and lets its prompt continue`, async () => {
    const { isTaken, updates, after } = await steer(start);
    assert.equal(isTaken, false);
    assert.doesNotMatch(joinText(updates), /new course/);
    assert.equal(joinText(after), "after");
  });
}

test("does not report the prompt as steered if the harness started a new turn", async () => {
  const { isTaken } = await steer({ env: { STUB_CAN: "steer", STUB_STEER: "begin" } });
  assert.equal(isTaken, false);
});

test("steers with images only if they are supported, and reports omitted images with the next prompt", async () => {
  const { isTaken, updates, after } = await steer({ env: { STUB_CAN: "steer" } }, [
    ...textPrompt("say seen"),
    image,
  ]);
  assert.equal(isTaken, true);
  assert.match(joinText(updates), /seen$/);
  assert.deepEqual(noticesIn(after), [
    "An image was left out of the prompt, because Stub does not accept images.",
  ]);
  const blind = await steer({ env: { STUB_CAN: "steer" } }, [image]);
  assert.equal(blind.isTaken, false);
  const seeing = await steer({ env: { STUB_CAN: "steer,images" } }, [image]);
  assert.match(joinText(seeing.updates), /image image\/png AAAA$/);
});

test("the running prompt reports that the harness exited during steering", async () => {
  await using conversation = await startStub({ env: { STUB_CAN: "steer", STUB_STEER: "crash" } });
  const promptAndSteer = async () => {
    for await (const update of conversation.prompt(textPrompt("forever tick"), idle())) {
      if (update.type === "text") assert.equal(await conversation.steer(textPrompt("say hi")), false);
    }
  };
  await assert.rejects(promptAndSteer(), isError("harness_failed"));
});
