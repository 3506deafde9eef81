import assert from "node:assert/strict";
import { test } from "node:test";
import { AppError } from "../../base/index.ts";
import type { PermissionRequest } from "../../sessions/index.ts";
import type { HarnessStart } from "../harness/harness.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { launchFingerprint } from "../warm-sandbox/launch-fingerprint.ts";
import type { WarmSandbox } from "../warm-sandbox/warm-sandbox.ts";
import { type ConversationWish, startIn, takeRunning } from "./start-in.ts";
import { createFakeConversation } from "./testing/fake-conversation.ts";

const signal = new AbortController().signal;
const wish: ConversationWish = {
  harness: "claudeCode",
  modelFamily: "anthropic",
  model: "one",
  mode: "build",
  reasoningLevel: null,
  speed: "normal",
  cwd: "/workspace",
  env: { KEY: "value" },
  instructions: "Be kind.",
  mcpServers: [{ transport: "stdio", name: "teller", argv: ["node", "teller.js"], env: {} }],
  skillsFit: "none",
  decidePermission: null,
  onProtocolLine: null,
};

async function running(first: ConversationWish = wish) {
  const warmSandbox: WarmSandbox = {
    sandbox: {} as Sandbox,
    fingerprint: "",
    hasSystem: false,
    conversation: null,
    launched: null,
    services: null,
    number: "1",
    surroundings: { env: {}, cwd: "/" },
  };
  const started: HarnessStart[] = [];
  const conversation = createFakeConversation();
  const harnesses = {
    start: async (start: HarnessStart) => {
      started.push(start);
      return conversation;
    },
  };
  await startIn(warmSandbox, { harnesses, wish: first, conversationId: null }, signal);
  return { warmSandbox, conversation, start: started[0]! };
}

test("reuses the running harness for a message with the same settings", async () => {
  const { warmSandbox, conversation, start } = await running();
  assert.equal(takeRunning(warmSandbox, { ...wish, env: { ...wish.env } }), conversation);
  assert.ok(!("skillsFit" in start), "fingerprints are not passed to the harness");
  conversation.isAlive = false;
  assert.equal(takeRunning(warmSandbox, wish), null, "does not reuse a harness that has ended");
});

const changes: Readonly<Record<string, Partial<ConversationWish>>> = {
  "other skills": { skillsFit: "others" },
  "another MCP server": { mcpServers: [] },
  "an MCP server that was changed": {
    mcpServers: [{ transport: "stdio", name: "teller", argv: ["node", "other.js"], env: {} }],
  },
  "other instructions": { instructions: "Be quick." },
  "another model": { model: "two" },
  "another protocol": { modelFamily: "openai" },
  "another environment": { env: { KEY: "changed" } },
  "a person who decides": { decidePermission: async () => "deny" },
};
for (const [name, change] of Object.entries(changes)) {
  test(`does not reuse the running harness for a message with ${name}`, async () => {
    const { warmSandbox } = await running();
    assert.equal(takeRunning(warmSandbox, { ...wish, ...change }), null);
  });
}

test("routes a running harness's permission requests and protocol lines to the current turn", async () => {
  const logged: string[] = [];
  const of = (turn: string): Partial<ConversationWish> => ({
    decidePermission: async () => {
      logged.push(`${turn} decides`);
      return "deny";
    },
    onProtocolLine: () => void logged.push(`${turn} hears`),
  });
  const { warmSandbox, start } = await running({ ...wish, ...of("first") });
  const ask = () => start.decidePermission?.({} as PermissionRequest, signal);
  await ask();
  assert.ok(takeRunning(warmSandbox, { ...wish, ...of("second") }));
  await ask();
  start.onProtocolLine?.({ direction: "toHarness", text: "{}" } as never);
  assert.deepEqual(logged, ["first decides", "second decides", "second hears"]);
});

/** Starts a conversation in a sandbox with a launched harness. */
async function launched(change: Partial<ConversationWish>, isAlive = true) {
  const closed: string[] = [];
  const harness = { isAlive, close: async () => void closed.push("closed") };
  const fingerprint = launchFingerprint({ ...wish, asks: wish.decidePermission !== null });
  const warmSandbox = { launched: { harness, fingerprint }, conversation: null } as unknown as WarmSandbox;
  const started: HarnessStart[] = [];
  const start = async (given: HarnessStart) => {
    started.push(given);
    return createFakeConversation();
  };
  const given = { ...wish, ...change };
  await startIn(warmSandbox, { harnesses: { start }, wish: given, conversationId: null }, signal);
  assert.equal(warmSandbox.launched, null, "a launched harness is used at most once");
  return { isUsed: started[0]!.launched === harness, closed };
}

test("opens the conversation in a harness that was launched with the same settings", async () => {
  assert.deepEqual(await launched({}), { isUsed: true, closed: [] });
  const late = { skillsFit: "others", mcpServers: [], cwd: "/elsewhere", reasoningLevel: "high" };
  assert.ok((await launched(late)).isUsed, "a harness receives these settings with its conversation");
});

for (const name of ["other instructions", "another model", "another protocol", "another environment"]) {
  test(`closes a launched harness before a message with ${name}`, async () => {
    assert.deepEqual(await launched(changes[name]!), { isUsed: false, closed: ["closed"] });
  });
}

test("closes a launched harness before a message with a person who decides, or if it has ended", async () => {
  const decides = await launched({ decidePermission: async () => "deny" });
  assert.deepEqual(decides, { isUsed: false, closed: ["closed"] });
  assert.equal((await launched({}, false)).isUsed, false);
});

test("starts a new harness if a launched one cannot open the conversation", async () => {
  const harness = { isAlive: true, close: async () => {} };
  const open = async (code: "harness_failed" | "fenced", stop = signal) => {
    const used: boolean[] = [];
    const warmSandbox = {
      launched: { harness, fingerprint: launchFingerprint({ ...wish, asks: false }) },
      conversation: null,
    } as unknown as WarmSandbox;
    const start = async (given: HarnessStart) => {
      used.push(given.launched === harness);
      if (given.launched === harness) throw new AppError(code, "It failed.");
      return createFakeConversation();
    };
    await startIn(warmSandbox, { harnesses: { start }, wish, conversationId: null }, stop);
    return used;
  };
  assert.deepEqual(await open("harness_failed"), [true, false]);
  await assert.rejects(open("fenced"), { code: "fenced" });
  await assert.rejects(open("harness_failed", AbortSignal.abort()), { code: "harness_failed" });
});
