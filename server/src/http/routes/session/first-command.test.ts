import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type Served, serve } from "../../../testing/test-server.ts";

let server: Served;
let key: string;
before(async () => {
  server = await serve();
  key = await server.addKey(server.testStore.organizationId);
});
after(() => server.close());

const post = async (body: object) => {
  const response = await server.ask("/session/create", key, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as { id: string; error: string } };
};

test("starts a session with a slash command of its harness", async () => {
  const slashCommand = { command: "review", arguments: "--deep" };
  const { status, body } = await post({ prompt: "/review --deep", slashCommand });
  assert.equal(status, 200);
  const messages = await server.ask(`/v1/messages?sessionId=${body.id}`, key);
  const { items } = (await messages.json()) as { items: { content: string; slashCommand: unknown }[] };
  assert.deepEqual(
    items.map((message) => [message.content, message.slashCommand]),
    [["/review --deep", slashCommand]],
  );
});

test("rejects a slash command for a draft", async () => {
  const slashCommand = { command: "review" };
  const { status, body } = await post({ prompt: "/review", slashCommand, queueRightAway: false });
  assert.equal(status, 400);
  assert.match(body.error, /draft.*"slashCommand"/);
});
