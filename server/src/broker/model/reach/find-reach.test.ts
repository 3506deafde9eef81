import assert from "node:assert/strict";
import { test } from "node:test";
import type { ModelFamily } from "../../../core/access/index.ts";
import { loopPath, setUp } from "../gateway-fixture.ts";

interface Case {
  readonly family: ModelFamily;
  /** Path of the request. Defaults to the path that model loops use. */
  readonly path?: string;
  readonly body: object | string;
}

const message = (...content: object[]) => ({ messages: [{ role: "user", content }] });
const item = (...content: object[]) => ({ input: [{ type: "message", role: "user", content }] });
const parts = (...list: object[]) => ({ contents: [{ role: "user", parts: list }] });
const url = "https://elsewhere.example/?all=secrets";
const chat = "/v1/chat/completions";

const reaching: Record<string, Case> = {
  "search with Anthropic": { family: "anthropic", body: { tools: [{ type: "web_search_20250305" }] } },
  "fetch with Anthropic": {
    family: "anthropic",
    body: { tools: [{ name: "a" }, { type: "web_fetch_20250910" }] },
  },
  "code execution with Anthropic": {
    family: "anthropic",
    body: { tools: [{ type: "code_execution_20250825" }] },
  },
  "an unknown tool": { family: "anthropic", body: { tools: [{ type: "teleport_20300101" }] } },
  "MCP with Anthropic": { family: "anthropic", body: { mcp_servers: [{ type: "url", url }] } },
  "skills with Anthropic": { family: "anthropic", body: { container: { skills: [{}] } } },
  "an image URL with Anthropic": {
    family: "anthropic",
    body: message({ type: "image", source: { type: "url", url } }),
  },
  "a document in a tool result": {
    family: "anthropic",
    body: message({ type: "tool_result", content: [{ type: "document", source: { type: "url", url } }] }),
  },
  "a file stored in the account with Anthropic": {
    family: "anthropic",
    body: message({ type: "document", source: { type: "file", file_id: "file_1" } }),
  },
  "an upload to a container": {
    family: "anthropic",
    body: message({ type: "container_upload", file_id: "file_1" }),
  },
  "counting content at a URL": {
    family: "anthropic",
    path: "/v1/messages/count_tokens",
    body: message({ type: "image", source: { type: "url", url } }),
  },
  "search in a duplicate key": {
    family: "anthropic",
    body: '{"tools":[],"tools":[{"type":"web_search_20250305"}]}',
  },
  "search in a key with escaped and unusual letters": {
    family: "anthropic",
    body: '{"\\u0054oolſ":[{"Type":"web_search_20250305"}]}',
  },
  "a type in two capitalizations": {
    family: "anthropic",
    body: { tools: [{ type: "custom", Type: "web_search_20250305" }] },
  },
  "search with OpenAI": { family: "openai", body: { tools: [{ type: "web_search" }] } },
  "file search with OpenAI": {
    family: "openai",
    body: { tools: [{ type: "file_search", vector_store_ids: ["vs"] }] },
  },
  "code interpreter with OpenAI": { family: "openai", body: { tools: [{ type: "code_interpreter" }] } },
  "MCP with OpenAI": { family: "openai", body: { tools: [{ type: "mcp", server_url: url }] } },
  "MCP in a namespace": {
    family: "openai",
    body: { tools: [{ type: "namespace", tools: [{ type: "mcp", server_url: url }] }] },
  },
  "tools found by tool search": {
    family: "openai",
    body: { input: [{ type: "tool_search_output", tools: [{ type: "mcp", server_url: url }] }] },
  },
  "a provider-side shell": {
    family: "openai",
    body: { tools: [{ type: "shell", environment: { type: "container_auto" } }] },
  },
  "a tool without a type": { family: "openai", body: { tools: [{ name: "x" }] } },
  "an earlier response": { family: "openai", body: { previous_response_id: "resp_1" } },
  "a conversation stored in the account": { family: "openai", body: { conversation: "conv_1" } },
  "a prompt stored in the account": { family: "openai", body: { prompt: { id: "pmpt_1" } } },
  "an item stored in the account": { family: "openai", body: { input: [{ id: "msg_1" }] } },
  "an image URL with OpenAI": {
    family: "openai",
    body: item({ type: "input_image", image_url: url }),
  },
  "a file URL with OpenAI": { family: "openai", body: item({ type: "input_file", file_url: url }) },
  "a file stored in the account with OpenAI": {
    family: "openai",
    body: item({ type: "input_file", file_id: "f" }),
  },
  "a screenshot URL": {
    family: "openai",
    body: {
      input: [{ type: "computer_call_output", output: { type: "computer_screenshot", image_url: url } }],
    },
  },
  "counting content at a URL with OpenAI": {
    family: "openai",
    path: "/v1/responses/input_tokens",
    body: item({ type: "input_image", image_url: url }),
  },
  "search in a chat": { family: "openai", path: chat, body: { web_search_options: {} } },
  "a search model": { family: "openai", path: chat, body: { model: "gpt-4o-search-preview" } },
  "an image URL in a chat": {
    family: "openai",
    path: chat,
    body: message({ type: "image_url", image_url: { url } }),
  },
  "a file in a chat": {
    family: "openai",
    path: chat,
    body: message({ type: "file", file: { file_id: "f" } }),
  },
  "search with Gemini": { family: "gemini", body: { tools: [{ googleSearch: {} }] } },
  "search with Gemini, in snake case": {
    family: "gemini",
    body: { tools: [{ google_search_retrieval: {} }] },
  },
  "URLs in the prompt": {
    family: "gemini",
    body: { tools: [{ functionDeclarations: [] }, { urlContext: {} }] },
  },
  "code execution with Gemini": {
    family: "gemini",
    body: { tools: [{ functionDeclarations: [], codeExecution: {} }] },
  },
  "a file URL with Gemini": { family: "gemini", body: parts({ fileData: { fileUri: url } }) },
  "a file in a function response": {
    family: "gemini",
    body: parts({ functionResponse: { response: {}, parts: [{ file_data: { file_uri: url } }] } }),
  },
  "cached content stored in the account": { family: "gemini", body: { cachedContent: "cachedContents/1" } },
  "counting a nested request": {
    family: "gemini",
    path: "/v1beta/models/gemini-2.5-pro:countTokens",
    body: { generateContentRequest: { tools: [{ googleSearch: {} }] } },
  },
};

for (const [what, { family, path = loopPath[family], body }] of Object.entries(reaching)) {
  test(`rejects provider-side network access without open egress: ${what}`, async (t) => {
    const text = typeof body === "string" ? body : JSON.stringify(body);
    const closed = await setUp(t, { family });
    const answer = await closed.ask(path, { body: text });
    assert.deepEqual([answer.status, answer.headers["x-should-retry"]], [400, "false"]);
    const { error } = JSON.parse(answer.body);
    assert.match(error.message, /egress policy .* set the organization's egress preset/);
    assert.equal(
      error.type ?? error.status,
      family === "gemini" ? "INVALID_ARGUMENT" : "invalid_request_error",
    );
    assert.equal(closed.gateway.lastFailure(), error.message);
    assert.deepEqual(closed.seen, []);
    const open = await setUp(t, { family, reachesNetwork: true });
    assert.equal((await open.ask(path, { body: text })).status, 200, "control");
    assert.deepEqual(JSON.parse(open.seen[0]!.body), JSON.parse(text));
  });
}

const schema = {
  type: "object",
  properties: { source: { type: "string" }, tools: { type: "array" }, file_id: {} },
};
const data = "data:image/png;base64,AAAA";
const staying: Record<string, Case> = {
  "client-side tools with Anthropic": {
    family: "anthropic",
    body: {
      tools: [
        { name: "Read", input_schema: schema },
        { type: "custom", name: "x", input_schema: schema },
        { type: "bash_20250124" },
        { type: "text_editor_20250728" },
        { type: "computer_20251124" },
        { type: "memory_20250818" },
        { type: "tool_search_tool_regex_20251119" },
      ],
      mcp_servers: [],
      output_config: { format: { type: "json_schema", schema } },
      metadata: { user_id: "u" },
    },
  },
  "inline content of Anthropic requests": {
    family: "anthropic",
    body: message(
      { type: "text", text: url, cache_control: { type: "ephemeral" } },
      { type: "image", source: { type: "base64", data: "AAAA" } },
      { type: "document", source: { type: "content", content: [{ type: "text", text: "x" }] } },
      { type: "search_result", source: url, title: "x", content: [{ type: "text", text: "x" }] },
      { type: "tool_use", input: { source: { type: "url", url }, file_id: "x", tools: ["y"] } },
      { type: "web_search_tool_result", content: [{ type: "web_search_result", url }] },
    ),
  },
  "client-side tools with OpenAI": {
    family: "openai",
    body: {
      tools: [
        { type: "function", name: "x", parameters: schema },
        { type: "custom", name: "apply" },
        { type: "local_shell" },
        { type: "apply_patch" },
        { type: "shell", environment: { type: "local" } },
        { type: "namespace", tools: [{ type: "function" }] },
      ],
      tool_choice: "auto",
      store: false,
      previous_response_id: null,
      text: { format: { type: "json_schema", schema } },
      input: [
        { role: "user", content: [{ type: "input_image", image_url: data }] },
        { type: "reasoning", id: "rs_1", encrypted_content: "x" },
        { type: "function_call", id: "fc_1", arguments: JSON.stringify({ file_id: "x" }) },
        { type: "function_call_output", output: url },
        { type: "message", role: "assistant", content: [{ type: "output_text", annotations: [{ url }] }] },
      ],
    },
  },
  "chats with inline images and files": {
    family: "openai",
    path: chat,
    body: {
      tools: [{ type: "function", function: { name: "x", parameters: schema } }],
      ...message(
        { type: "image_url", image_url: { url: data, detail: "low" } },
        { type: "file", file: { filename: "a.pdf", file_data: "data:application/pdf;base64,AAAA" } },
        { type: "text", text: url },
      ),
    },
  },
  "a completion": { family: "openai", path: "/v1/completions", body: { prompt: ["def f(", url] } },
  "client-side tools with Gemini": {
    family: "gemini",
    body: {
      tools: [{ functionDeclarations: [{ name: "x", parameters: schema }] }, { computer_use: {} }],
      generationConfig: { responseSchema: schema },
      ...parts(
        { text: url },
        { inlineData: { mimeType: "image/png", data: "AAAA" } },
        { functionCall: { name: "x", args: { fileUri: url } } },
        { functionResponse: { name: "x", response: { fileData: url } } },
      ),
    },
  },
};

for (const [what, { family, path = loopPath[family], body }] of Object.entries(staying)) {
  test(`forwards unchanged: ${what}`, async (t) => {
    const { ask, seen } = await setUp(t, { family });
    const answer = await ask(path, { body: JSON.stringify(body) });
    assert.equal(answer.status, 200, answer.body);
    assert.deepEqual(JSON.parse(seen[0]!.body), body);
  });
}

test("forwards only the body that it has parsed and checked", async (t) => {
  const { ask, seen } = await setUp(t);
  const search = '"tools":[{"type":"web_search_20250305"}]';
  await ask(undefined, {
    body: `{${search},"model":"m","tools":[]}`,
    headers: { "content-type": "application/json; charset=utf-7" },
  });
  assert.equal(seen[0]!.body, '{"tools":[],"model":"m"}');
  assert.equal(seen[0]!.headers["content-type"], "application/json");
  assert.equal(seen[0]!.headers["content-length"], String(seen[0]!.body.length));
  for (const body of [`\ufeff{${search}}`, `{} {${search}}`, `[{${search}}]`, `{${search}`, ""]) {
    const refused = await ask(undefined, { method: "POST", body });
    assert.deepEqual([refused.status, seen.length], [400, 1], body);
  }
});

test("rejects a body with too much nesting or too many elements before parsing it, but accepts long text", async (t) => {
  const { ask, seen } = await setUp(t);
  const many = `{"a":[${"[],".repeat(400_001)}0]}`;
  const deep = `{"a":${"[".repeat(501)}${"]".repeat(501)}}`;
  for (const body of [many, deep]) {
    const { status, body: response } = await ask(undefined, { body });
    assert.equal(status, 400);
    assert.match(JSON.parse(response).error.message, /Send a simpler one/);
  }
  assert.equal(seen.length, 0);
  const words = JSON.stringify({ a: '[{,"\\'.repeat(2_000_000) });
  assert.equal((await ask(undefined, { body: words })).status, 200, "control");
  assert.equal(seen[0]!.body, words);
});
