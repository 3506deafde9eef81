import assert from "node:assert/strict";
import { test } from "node:test";
import { chatTools, joined, post, readEvents, readJson, serverFor, wholePlay } from "../wire.test-support.ts";

test("Chat Completions: streams chunks, a tool call, usage and [DONE]", async (context) => {
  const model = await serverFor(context);
  const messages = [
    { role: "system", content: "Working directory: /w/repo" },
    { role: "user", content: wholePlay },
  ];
  const request = { model: "scripted-model", stream: true, messages, tools: chatTools("filePath") };
  const events = await readEvents(await post(`${model.url}/v1/chat/completions`, request));
  assert.equal(events.at(-1), "[DONE]");
  const deltas = events.slice(0, -2).map(({ choices }) => choices[0].delta);
  assert.equal(joined(deltas.map(({ reasoning_content }) => reasoning_content)), "Let me think about it.");
  assert.equal(joined(deltas.map(({ content }) => content)), "I write a file now.");
  const [call] = deltas.find(({ tool_calls }) => tool_calls).tool_calls;
  assert.deepEqual(JSON.parse(call.function.arguments), { filePath: "/w/repo/a.txt", content: "A\nB" });
  assert.equal(events.at(-3).choices[0].finish_reason, "tool_calls");
  assert.ok(events.at(-2).usage.total_tokens > 0);
});

test("Chat Completions: distinguishes Pi from OpenCode by the tool's parameter, and continues after a result", async (context) => {
  const model = await serverFor(context);
  const messages = [{ role: "user", content: wholePlay }];
  const ask = async (extra: unknown[]) => {
    const request = { model: "m", messages: [...messages, ...extra], tools: chatTools("path") };
    return (await readJson(await post(`${model.url}/v1/chat/completions`, request))).choices[0];
  };
  const first = await ask([]);
  assert.deepEqual(JSON.parse(first.message.tool_calls[0].function.arguments), {
    path: "a.txt",
    content: "A\nB",
  });
  const second = await ask([first.message, { role: "tool", tool_call_id: "call_1", content: "ok" }]);
  assert.deepEqual([second.message.content, second.finish_reason], ["Finished with it.", "stop"]);
});
