import assert from "node:assert/strict";
import { test } from "node:test";
import {
  codexTools,
  joined,
  post,
  readEvents,
  readJson,
  serverFor,
  wholePlay,
} from "../wire.test-support.ts";

test("Responses: streams reasoning, message and a custom tool call as numbered output items", async (context) => {
  const model = await serverFor(context);
  const input = [{ type: "message", role: "user", content: [{ type: "input_text", text: wholePlay }] }];
  const request = { model: "gpt-5.5", stream: true, input, tools: codexTools };
  const events = await readEvents(await post(`${model.url}/v1/responses`, request));
  assert.deepEqual(
    events.map(({ sequence_number }) => sequence_number),
    [...events.keys()],
  );
  const reasoning = events.filter(({ type }) => type === "response.reasoning_summary_text.delta");
  assert.equal(joined(reasoning.map(({ delta }) => delta)), "Let me think about it.");
  const message = events.filter(({ type }) => type === "response.output_text.delta");
  assert.equal(joined(message.map(({ delta }) => delta)), "I write a file now.");
  const { response } = events.at(-1);
  assert.deepEqual(
    response.output.map(({ type }: { type: string }) => type),
    ["reasoning", "message", "custom_tool_call"],
  );
  assert.equal(response.output[2].input, "*** Begin Patch\n*** Add File: a.txt\n+A\n+B\n*** End Patch");
  assert.equal(response.status, "completed");
  assert.equal(response.usage.total_tokens, response.usage.input_tokens + response.usage.output_tokens);
  const done = events.filter(({ type }) => type === "response.output_item.done");
  assert.deepEqual(
    done.map(({ item }) => item),
    response.output,
  );
});

test("Responses: reads tools from an input item, results and plain input, and returns an unstreamed response", async (context) => {
  const model = await serverFor(context);
  const ask = async (input: unknown, tools?: unknown) => {
    const response = await post(`${model.url}/v1/responses`, { model: "gpt-6", input, tools });
    return (await readJson(response)).output;
  };
  const codeMode = [
    { type: "additional_tools", tools: [{ type: "custom", name: "exec" }] },
    { type: "message", role: "user", content: "<cwd>/w/repo</cwd>" },
    { type: "message", role: "user", content: "SCRIPT(bash('ls'), say('end'))" },
  ];
  assert.match((await ask(codeMode)).at(-1).input, /tools\.exec_command\(\{"cmd":"ls"\}\)/);
  assert.equal(model.requests[0]!.cwd, "/w/repo");
  const after = [...codeMode, { type: "custom_tool_call_output", call_id: "call_1", output: "a.txt" }];
  assert.equal((await ask(after))[0].content[0].text, "end");
  assert.equal(model.requests[1]!.lastToolResult, "a.txt");
  assert.equal((await ask("SCRIPT(bash('ls'))", codexTools))[0].arguments, '{"cmd":"ls"}');
});
