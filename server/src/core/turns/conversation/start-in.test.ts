import assert from "node:assert/strict";
import { test } from "node:test";
import type { PermissionRequest } from "../../sessions/index.ts";
import type { HarnessStart } from "../harness/harness.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
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
