import assert from "node:assert/strict";
import { test } from "node:test";
import { anthropicRequest, post, readEvents, serverFor, user, wholePlay } from "../wire.test-support.ts";

test("Anthropic: streams thinking, text and a tool call as blocks that start and stop in order", async (context) => {
  const model = await serverFor(context);
  const response = await post(
    `${model.url}/v1/messages`,
    anthropicRequest([user(wholePlay)], { stream: true }),
  );
  assert.equal(response.headers.get("content-type"), "text/event-stream");
  const events = await readEvents(response);
  const blocks: { start: { type: string; name?: string }; content: string; isClosed: boolean }[] = [];
  for (const event of events) {
    if (event.type === "content_block_start") {
      assert.equal(event.index, blocks.length);
      blocks.push({ start: event.content_block, content: "", isClosed: false });
    }
    const block = blocks[event.index];
    if (event.type === "content_block_delta") {
      assert.equal(block!.isClosed, false);
      block!.content += event.delta.text ?? event.delta.thinking ?? event.delta.partial_json ?? "";
    }
    if (event.type === "content_block_stop") block!.isClosed = true;
  }
  assert.deepEqual(
    blocks.map(({ start, content, isClosed }) => [start.type, content, isClosed]),
    [
      ["thinking", "Let me think about it.", true],
      ["text", "I write a file now.", true],
      ["tool_use", JSON.stringify({ file_path: "/workspace/shop/a.txt", content: "A\nB" }), true],
    ],
  );
  assert.equal(events[0].type, "message_start");
  assert.equal(events.at(-2).delta.stop_reason, "tool_use");
  assert.equal(events.at(-2).usage.input_tokens, 200);
  assert.equal(events.at(-1).type, "message_stop");
  assert.equal(model.requests[0]!.outcome, "answered");
  assert.equal(model.requests[0]!.cwd, "/workspace/shop");
});

test("Anthropic: finds the working directory in a system message among others", async (context) => {
  const model = await serverFor(context);
  const environment = {
    role: "system",
    content: "# Environment\n - Primary working directory: /w/x y\n",
  } as const;
  await post(`${model.url}/v1/messages`, anthropicRequest([user(wholePlay), environment], { system: [] }));
  assert.equal(model.requests[0]!.cwd, "/w/x");
});

test("Anthropic: counts tokens and lists models", async (context) => {
  const model = await serverFor(context);
  const count = await post(`${model.url}/v1/messages/count_tokens`, anthropicRequest([user(wholePlay)]));
  assert.ok(((await count.json()) as { input_tokens: number }).input_tokens > 50);
  const headers = { "anthropic-version": "2023-06-01" };
  const models = (await (await fetch(`${model.url}/v1/models`, { headers })).json()) as {
    data: { type: string }[];
  };
  assert.equal(models.data[0]!.type, "model");
  assert.equal(model.requests.length, 0);
});
