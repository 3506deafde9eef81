import assert from "node:assert/strict";
import { test } from "node:test";
import {
  anthropicRequest,
  claudeTools,
  post,
  readEvents,
  readJson,
  result,
  serverFor,
  user,
} from "./wire.test-support.ts";

const text = `SCRIPT(think("Let me think about it."), say("I write a file now."), write("a.txt", "A\\nB"), say("Finished with it."))`;
const codexTools = [
  { type: "custom", name: "apply_patch" },
  { type: "function", name: "exec_command", parameters: { properties: { cmd: {} } } },
];
const chatTools = (...properties: string[]) =>
  ["read", "write"].map((name) => ({
    type: "function",
    function: { name, parameters: { properties: Object.fromEntries(properties.map((p) => [p, {}])) } },
  }));
const geminiTools = [
  { functionDeclarations: ["run_shell_command", "write_file", "read_file"].map((name) => ({ name })) },
];
const joined = (values: unknown[]) => values.filter((value) => value !== undefined).join("");

test("Anthropic: streams thinking, text and a tool call as blocks that open and close in order", async (context) => {
  const model = await serverFor(context);
  const response = await post(`${model.url}/v1/messages`, anthropicRequest([user(text)], { stream: true }));
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

test("Anthropic: finds the working directory in a system message between the others", async (context) => {
  const model = await serverFor(context);
  const environment = {
    role: "system",
    content: "# Environment\n - Primary working directory: /w/x y\n",
  } as const;
  await post(`${model.url}/v1/messages`, anthropicRequest([user(text), environment], { system: [] }));
  assert.equal(model.requests[0]!.cwd, "/w/x");
});

test("Anthropic: counts tokens and lists models", async (context) => {
  const model = await serverFor(context);
  const count = await post(`${model.url}/v1/messages/count_tokens`, anthropicRequest([user(text)]));
  assert.ok(((await count.json()) as { input_tokens: number }).input_tokens > 50);
  const headers = { "anthropic-version": "2023-06-01" };
  const models = (await (await fetch(`${model.url}/v1/models`, { headers })).json()) as {
    data: { type: string }[];
  };
  assert.equal(models.data[0]!.type, "model");
  assert.equal(model.requests.length, 0);
});

test("Responses: streams reasoning, message and a custom tool call as numbered output items", async (context) => {
  const model = await serverFor(context);
  const input = [{ type: "message", role: "user", content: [{ type: "input_text", text }] }];
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

test("Responses: reads tools of an input item, results and plain input, and answers whole", async (context) => {
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

test("Chat Completions: streams chunks, a tool call, usage and [DONE]", async (context) => {
  const model = await serverFor(context);
  const messages = [
    { role: "system", content: "Working directory: /w/repo" },
    { role: "user", content: text },
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

test("Chat Completions: tells Pi from OpenCode by the tool's parameter, and continues after a result", async (context) => {
  const model = await serverFor(context);
  const messages = [{ role: "user", content: text }];
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

test("Gemini: streams thoughts, text and a function call; the last frame alone has a finish reason", async (context) => {
  const model = await serverFor(context);
  const contents = [
    {
      role: "user",
      parts: [{ text: "My operating system is: linux\n- **Workspace Directories:**\n  - /w/repo\n- **Tree" }],
    },
    { role: "user", parts: [{ text }] },
  ];
  const url = `${model.url}/v1beta/models/gemini-2.5-pro:streamGenerateContent?alt=sse`;
  const events = await readEvents(await post(url, { contents, tools: geminiTools }));
  const parts = events.flatMap(({ candidates }) => candidates[0].content.parts);
  const thoughts = parts.filter(({ thought }) => thought);
  assert.equal(joined(thoughts.map((part) => part.text)), "Let me think about it.");
  assert.equal(
    joined(parts.filter(({ thought }) => !thought).map((part) => part.text)),
    "I write a file now.",
  );
  const { functionCall } = parts.find((part) => part.functionCall);
  assert.deepEqual(functionCall, {
    name: "write_file",
    args: { file_path: "/w/repo/a.txt", content: "A\nB" },
  });
  const finished = events.filter(({ candidates }) => candidates[0].finishReason);
  assert.deepEqual(finished, [events.at(-1)]);
  assert.equal(model.requests[0]!.model, "gemini-2.5-pro");
});

test("Gemini: answers whole, follows a JSON schema in the background and counts tokens", async (context) => {
  const model = await serverFor(context);
  const url = `${model.url}/v1beta/models/gemini-2.5-flash`;
  const contents = [{ role: "user", parts: [{ text: "SCRIPT(bash('ls'), say('end'))" }] }];
  const answered = { role: "user", parts: [{ functionResponse: { name: "x", response: { output: "a" } } }] };
  const ask = async (method: string, extra: object) =>
    await readJson(await post(`${url}:${method}`, { contents, ...extra }));
  const whole = await ask("generateContent", { tools: geminiTools, contents: [...contents, answered] });
  assert.deepEqual(whole.candidates[0].content.parts, [{ text: "end" }]);
  const responseJsonSchema = {
    type: "object",
    properties: {
      next: { enum: ["user", "model"] },
      score: { type: "integer", minimum: 5 },
      tags: { type: "array" },
    },
  };
  const background = await ask("generateContent", { generationConfig: { responseJsonSchema } });
  const answer = JSON.parse(background.candidates[0].content.parts[0].text);
  assert.deepEqual(answer, { next: "user", score: 5, tags: [] });
  assert.ok((await ask("countTokens", {})).totalTokens > 0);
});

test("cuts the connection in the middle of a stream, once, then plays the reply whole", async (context) => {
  const model = await serverFor(context);
  const request = anthropicRequest([user('SCRIPT(say("before the cut"), cut, say(" and after"))')], {
    stream: true,
  });
  const cut = await post(`${model.url}/v1/messages`, request);
  assert.equal(cut.status, 200);
  await assert.rejects(cut.text(), /terminated/);
  assert.equal(model.requests[0]!.outcome, "cut");
  const events = await readEvents(await post(`${model.url}/v1/messages`, request));
  assert.equal(joined(events.map(({ delta }) => delta?.text)), "before the cut and after");
});

test("streams without end until the client goes, in every protocol", async (context) => {
  const model = await serverFor(context);
  const endless = "SCRIPT(endless)";
  const contents = [{ role: "user", parts: [{ text: endless }] }];
  const messages = [{ role: "user", content: endless }];
  const requests: [string, object][] = [
    ["/v1/messages", anthropicRequest([user(endless)], { stream: true })],
    ["/v1/responses", { model: "m", stream: true, input: endless, tools: codexTools }],
    ["/v1/chat/completions", { model: "m", stream: true, messages, tools: chatTools("path") }],
    ["/v1beta/models/m:streamGenerateContent", { contents, tools: geminiTools }],
  ];
  for (const [path, request] of requests) {
    const leave = new AbortController();
    const response = await post(model.url + path, request, { signal: leave.signal });
    let received = "";
    await assert.rejects(async () => {
      for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
        received += chunk;
        if (received.includes("word5")) leave.abort();
      }
    }, /abort/i);
    await until(() => model.requests.at(-1)!.outcome === "aborted");
  }
  const again = await post(
    `${model.url}/v1/messages`,
    anthropicRequest([user("SCRIPT(endless(0), say('end'))")]),
  );
  assert.equal((await readJson(again)).content[0].text, "end");
});

test("closes while requests are held or streaming, and what was slow is whole", async (context) => {
  const model = await serverFor(context);
  const slow = anthropicRequest([user("SCRIPT(slow(3, 1))")], { stream: true });
  const events = await readEvents(await post(`${model.url}/v1/messages`, slow));
  assert.equal(joined(events.map(({ delta }) => delta?.text)), "word1 word2 word3 ");
  const hold = model.hold();
  const held = post(`${model.url}/v1/messages`, slow);
  await hold.arrived;
  const broken = assert.rejects(held);
  await model.close();
  await broken;
});

test("answers errors in the words of each protocol, and 404 and 400 for what it does not speak", async (context) => {
  const model = await serverFor(context);
  const fail = "SCRIPT(fail(429))";
  const ask = async (path: string, body: unknown) => {
    const response = await post(model.url + path, body);
    return {
      status: response.status,
      retryAfter: response.headers.get("retry-after"),
      body: await readJson(response),
    };
  };
  const messages = [{ role: "user", content: fail }];
  const responses = await ask("/v1/responses", { model: "m", input: fail, tools: codexTools });
  const chat = await ask("/v1/chat/completions", { model: "m", messages, tools: chatTools("path") });
  const contents = [{ role: "user", parts: [{ text: fail }] }];
  const gemini = await ask("/v1beta/models/m:generateContent", { contents, tools: geminiTools });
  for (const { status, retryAfter } of [responses, chat, gemini])
    assert.deepEqual([status, retryAfter], [429, "1"]);
  assert.equal(responses.body.error.type, "rate_limit_exceeded");
  assert.equal(chat.body.error.type, "rate_limit_exceeded");
  assert.equal(gemini.body.error.status, "RESOURCE_EXHAUSTED");
  assert.equal((await ask("/v1/other", {})).status, 404);
  assert.equal((await fetch(`${model.url}/other`)).status, 404);
  const malformed = await fetch(`${model.url}/v1/messages`, { method: "POST", body: "{" });
  assert.equal(malformed.status, 400);
});

test("serves a prompt of a million characters and results of tools beside it", async (context) => {
  const model = await serverFor(context);
  const prompt = user(`${"é".repeat(1_000_000)} SCRIPT(bash('ls'), say('end'))`);
  const response = await post(
    `${model.url}/v1/messages`,
    anthropicRequest([prompt, ...result("x".repeat(100_000))]),
  );
  assert.equal((await readJson(response)).content[0].text, "end");
  assert.ok(claudeTools.length > 0 && model.requests[0]!.lastToolResult!.length < 5000);
});

/** Follows a state that another connection changes; bounded by the test runner's limit only. */
async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setImmediate(resolve));
}
