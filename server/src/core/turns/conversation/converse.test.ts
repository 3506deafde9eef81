import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { openScene, type Scene } from "../../../testing/scene.ts";
import type { TestStore } from "../../../testing/test-store.ts";
import type { Ports } from "../../ports.ts";
import { appendEvent, sendMessage } from "../../sessions/index.ts";
import type { HarnessStart } from "../harness/harness.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { claimTurn } from "../turn/claim/claim-turn.ts";
import { WakeSignal } from "../turn/claim/wake-signal.ts";
import type { TurnContext } from "../turn/turn-context.ts";
import { converse } from "./converse.ts";
import { createFakeConversation, type FakeConversation } from "./testing/fake-conversation.ts";

const sandbox = {
  workspacePath: "/workspace",
  homePath: "/home",
  tools: { program: "/tembo", url: "http://127.0.0.1:1" },
} as Sandbox;
let scene: Scene;
let t: TestStore;
let ports: Ports;
let conversations: FakeConversation[];
let started: HarnessStart[];

before(async () => {
  scene = await openScene({
    harnesses: {
      start: async (start: HarnessStart) => {
        started.push(start);
        return conversations.shift()!;
      },
    },
    workspaceFiles: { isFile: async () => false, readText: async () => null },
  });
  ({ t, ports } = scene);
});
beforeEach(() => {
  scene.forgetNotes();
  started = [];
});
after(() => scene.drop());

const again = async ({ turn }: TurnContext) => (await claimTurn(ports, turn.id))!;

const steer = async ({ session }: TurnContext, content: string) =>
  (await sendMessage(ports, t.organizationId, { sessionId: session.id, content, deliveryMode: "steer" }))
    .message.id;

/** Runs the conversation in the background. `end` aborts it in the same way as a worker that shuts down. */
function talk(context: TurnContext, ...fakes: FakeConversation[]) {
  conversations = [...fakes];
  const wakeSignal = new WakeSignal();
  const stop = new AbortController();
  const sentBefore: number[] = [];
  const onPrompt = () => void sentBefore.push(fakes.flatMap(({ prompts }) => prompts).length);
  const done = converse(
    context,
    {
      sandbox,
      fingerprint: "",
      hasSystem: false,
      conversation: null,
      launched: null,
      services: null,
      number: "1",
      surroundings: { env: {}, cwd: "/" },
    },
    { wakeSignal, signal: stop.signal, onPrompt },
  );
  done.catch((cause: unknown) => {
    for (const fake of fakes) fake.giveUp(cause);
  });
  return {
    wakeSignal,
    done,
    /** Number of prompts that had been sent at each call of `onPrompt`. */
    sentBefore,
    end: async () => {
      stop.abort(new Error("The worker stopped."));
      await assert.rejects(done, /The worker stopped/);
    },
  };
}

const howSteered = async ({ session }: TurnContext) =>
  (await scene.eventsOf(session.id)).flatMap(({ data, messageId }) =>
    data.type === "message.steered" ? [[messageId, data.how]] : [],
  );

test("injects a message into the running prompt when the wake signal is notified", async () => {
  const context = await scene.working();
  const received = Promise.withResolvers<void>();
  const fake = createFakeConversation({
    takesSteering: async () => {
      received.resolve();
      return true;
    },
  });
  const { wakeSignal, done } = talk(context, fake);
  await fake.begun(1);
  const id = await steer(context, "Left.");
  wakeSignal.notify();
  await received.promise;
  fake.finish();
  await done;
  assert.deepEqual([fake.prompts.length, fake.steered, fake.isClosed], [1, ["Left."], false]);
  assert.deepEqual(await howSteered(context), [[id, "injected"]]);
});

test("cancels the prompt, and restarts it with the message, when the harness cannot be steered", async () => {
  const context = await scene.working();
  const fake = createFakeConversation();
  const { wakeSignal, done, sentBefore } = talk(context, fake);
  await fake.begun(1);
  const id = await steer(context, "Right.");
  wakeSignal.notify();
  await fake.begun(2);
  fake.finish();
  await done;
  assert.match(fake.prompts[1]!, /^A new message arrived while you were working[\s\S]*Right\.$/);
  assert.deepEqual(await howSteered(context), [[id, "restarted"]]);
  const types = (await scene.eventsOf(context.session.id)).map(({ data }) => data.type);
  assert.equal(types.filter((type) => type === "harness.ended").length, 2, "both prompts report their end");
  assert.deepEqual(sentBefore, [0, 1], "onPrompt precedes each prompt");
});

test("adds a message sent before the harness started to its first prompt", async () => {
  const context = await scene.working();
  const id = await steer(context, "Also this.");
  const fake = createFakeConversation();
  const { done } = talk(context, fake);
  await fake.begun(1);
  fake.finish();
  await done;
  assert.match(fake.prompts[0]!, /^Go\.[\s\S]*Also this\.$/);
  assert.deepEqual(await howSteered(context), [[id, "prompted"]]);
});

test("sends a message that arrives at the end of a prompt as the turn's next prompt", async () => {
  const context = await scene.working();
  const fake = createFakeConversation({ takesSteering: async () => true });
  const { done } = talk(context, fake);
  await fake.begun(1);
  // No notification is sent, as if it were still in transit.
  const id = await steer(context, "One more.");
  fake.finish();
  await fake.begun(2);
  fake.finish();
  await done;
  assert.deepEqual(fake.steered, []);
  assert.deepEqual(await howSteered(context), [[id, "prompted"]]);
});

test("restarts a harness that exits on cancel, and sends the message in the same conversation", async () => {
  const context = await scene.working();
  const [first, second] = [
    createFakeConversation({ diesOfCancel: true }),
    createFakeConversation({ isResumed: true }),
  ];
  const { wakeSignal, done } = talk(context, first, second);
  await first.begun(1);
  await steer(context, "Right.");
  wakeSignal.notify();
  await second.begun(1);
  second.finish();
  await done;
  assert.equal(started[1]?.conversationId, "conversation-1");
  assert.match(second.prompts[0]!, /^You were interrupted[\s\S]*Right\.$/);
  assert.deepEqual([first.isClosed, second.isClosed], [true, false]);
});

test("delivers a message once when the worker dies between claiming the message and sending it to the harness", async () => {
  const context = await scene.working();
  const fake = createFakeConversation();
  const first = talk(context, fake);
  await fake.begun(1);
  const id = await steer(context, "Left.");
  await t.store.messages.takeSteering(context.lease);
  await first.end();
  const next = await again(context);
  const later = createFakeConversation({ isResumed: true });
  const second = talk(next, later);
  await later.begun(1);
  assert.match(later.prompts[0]!, /^You were interrupted[\s\S]*A new message arrived[\s\S]*Left\.$/);
  await second.end();
  assert.deepEqual(await howSteered(context), [[id, "prompted"]]);
  const last = createFakeConversation({ isResumed: true });
  const third = talk(await again(context), last);
  await last.begun(1);
  assert.ok(!last.prompts[0]!.includes("Left."), "the harness already has the message");
  await third.end();
});

test("marks a message as possibly received when its delivery is unconfirmed", async () => {
  const context = await scene.working();
  const asked = Promise.withResolvers<void>();
  const fake = createFakeConversation({
    takesSteering: () => {
      asked.resolve();
      return new Promise(() => {});
    },
  });
  const first = talk(context, fake);
  await fake.begun(1);
  await steer(context, "Left.");
  first.wakeSignal.notify();
  await asked.promise;
  await first.end();
  const later = createFakeConversation({ isResumed: true });
  const second = talk(await again(context), later);
  await later.begun(1);
  assert.match(later.prompts[0]!, /may already have received it[\s\S]*Left\.$/);
  await second.end();
});

test("does not send an answered prompt again after a lost attempt, but still sends a steering message", async () => {
  const context = await scene.working();
  const fake = createFakeConversation();
  const first = talk(context, fake);
  await fake.begun(1);
  fake.finish();
  await first.done;
  const idle = createFakeConversation({ isResumed: true });
  const resumed = talk(await again(context), idle);
  const asked = idle.begun(1).then(() => "asked again");
  assert.equal(await Promise.race([resumed.done.then(() => "done"), asked]), "done");
  await steer(context, "And this.");
  const later = createFakeConversation({ isResumed: true });
  const second = talk(await again(context), later);
  await later.begun(1);
  assert.match(later.prompts[0]!, /And this\.$/);
  later.finish();
  await second.done;
  assert.equal(later.prompts.length, 1);
});

test("repeats the prompt if the files of its answer were lost", async () => {
  const context = await scene.working();
  const fake = createFakeConversation();
  const first = talk(context, fake);
  await fake.begun(1);
  fake.finish();
  await first.done;
  const next = await again(context);
  await appendEvent(next, "lostFiles", { type: "notice", message: "The newest files are lost." });
  const later = createFakeConversation({ isResumed: true });
  const second = talk(next, later);
  await later.begun(1);
  later.finish();
  await second.done;
});

test("repeats an injected message after an interruption, and the whole prompt if the conversation is lost", async () => {
  const context = await scene.working();
  const received = Promise.withResolvers<void>();
  const fake = createFakeConversation({
    takesSteering: async () => {
      received.resolve();
      return true;
    },
  });
  const first = talk(context, fake);
  await fake.begun(1);
  await steer(context, "Left.");
  first.wakeSignal.notify();
  await received.promise;
  while ((await howSteered(context)).length === 0) await new Promise(setImmediate);
  await first.end();
  for (const [isResumed, expected] of [
    [true, /^You were interrupted[\s\S]*may already have received it[\s\S]*Left\.$/],
    [false, /^You were interrupted[\s\S]*Go\.\nLeft\.$/],
  ] as const) {
    const later = createFakeConversation({ isResumed });
    const talking = talk(await again(context), later);
    await later.begun(1);
    assert.match(later.prompts[0]!, expected);
    await talking.end();
  }
  // This attempt has restored a conversation from before the prompt, after it loaded its context.
  const next = await again(context);
  await ports.store.turns.setPromptSent(next.lease, false);
  const restored = createFakeConversation({ isResumed: true });
  const talking = talk(next, restored);
  await restored.begun(1);
  assert.match(restored.prompts[0]!, /^Go\.[\s\S]*Left\.$/);
  await talking.end();
});

test("throws when the store fences the attempt while a prompt is steered", async () => {
  const context = await scene.working();
  const fake = createFakeConversation({ takesSteering: async () => true });
  const { wakeSignal, done } = talk(context, fake);
  await fake.begun(1);
  await steer(context, "Left.");
  await again(context);
  wakeSignal.notify();
  await assert.rejects(done, { code: "fenced" });
  assert.equal(fake.isClosed, false, "the sandbox closes the conversation later");
});

test("puts a slash command and its arguments before the text", async () => {
  const context = await scene.working();
  await sendMessage(ports, t.organizationId, {
    sessionId: context.session.id,
    content: "The login page.",
    deliveryMode: "steer",
    slashCommand: { command: "/review", arguments: "--deep" },
  });
  const fake = createFakeConversation();
  const { done } = talk(context, fake);
  await fake.begun(1);
  fake.finish();
  await done;
  assert.equal(fake.prompts[0], "Go.\n/review --deep\n\nThe login page.");
});
