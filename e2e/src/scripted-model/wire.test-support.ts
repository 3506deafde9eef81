import type { TestContext } from "node:test";
import { type ScriptedModel, startScriptedModel } from "./server.ts";

/** Starts a server that is closed at the end of the test. */
export async function serverFor(context: TestContext): Promise<ScriptedModel> {
  const model = await startScriptedModel();
  context.after(() => model.close());
  return model;
}

export function post(url: string, body: unknown, init: RequestInit = {}): Promise<Response> {
  return fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
    ...init,
  });
}

// biome-ignore lint/suspicious/noExplicitAny: protocol data, checked by the assertions
export function readJson(response: Response): Promise<any> {
  return response.json();
}

/** Returns the data of every event of a stream. `[DONE]` is returned as text. */
// biome-ignore lint/suspicious/noExplicitAny: protocol data, checked by the assertions
export async function readEvents(response: Response): Promise<any[]> {
  return (await response.text())
    .split("\n\n")
    .filter((frame) => frame !== "")
    .map((frame) => frame.slice(frame.indexOf("data: ") + "data: ".length))
    .map((data) => (data === "[DONE]" ? data : JSON.parse(data)));
}

const tool = (name: string, ...properties: string[]) => ({
  name,
  input_schema: { type: "object", properties: Object.fromEntries(properties.map((key) => [key, {}])) },
});

/** Claude Code's tools, reduced to the properties that the server reads. */
export const claudeTools = [tool("Bash", "command"), tool("Edit"), tool("Read"), tool("Write", "file_path")];

export interface AnthropicMessage {
  role: "user" | "assistant" | "system";
  content: unknown;
}

export const user = (text: string): AnthropicMessage => ({ role: "user", content: [{ type: "text", text }] });
export const assistant = (text: string): AnthropicMessage => ({
  role: "assistant",
  content: [{ type: "text", text }],
});

/** Returns a tool call and its result in the form in which the next request contains them. */
export const result = (text: string): AnthropicMessage[] => [
  { role: "assistant", content: [{ type: "tool_use", id: "toolu_1", name: "Bash", input: {} }] },
  {
    role: "user",
    content: [{ type: "tool_result", tool_use_id: "toolu_1", content: [{ type: "text", text }] }],
  },
];

export function anthropicRequest(messages: AnthropicMessage[], extra: Record<string, unknown> = {}) {
  const system = [{ type: "text", text: "Environment\n - Primary working directory: /workspace/shop\n" }];
  return { model: "claude-opus-4-5", max_tokens: 1000, system, messages, tools: claudeTools, ...extra };
}

/** Sends a request without streaming. Returns its status, headers, body, text and tool call. */
export async function ask(
  model: ScriptedModel,
  messages: AnthropicMessage[],
  extra?: Record<string, unknown>,
) {
  const response = await post(`${model.url}/v1/messages`, anthropicRequest(messages, extra));
  const body = await readJson(response);
  const text: string = body.content?.map((block: { text?: string }) => block.text ?? "").join("");
  const call = body.content?.find((block: { type: string }) => block.type === "tool_use");
  return { status: response.status, headers: response.headers, body, text, call };
}

/** A script that thinks, sends a text, writes a file and ends. */
export const wholePlay = `SCRIPT(think("Let me think about it."), say("I write a file now."), write("a.txt", "A\\nB"), say("Finished with it."))`;
export const codexTools = [
  { type: "custom", name: "apply_patch" },
  { type: "function", name: "exec_command", parameters: { properties: { cmd: {} } } },
];
export const chatTools = (...properties: string[]) =>
  ["read", "write"].map((name) => ({
    type: "function",
    function: { name, parameters: { properties: Object.fromEntries(properties.map((p) => [p, {}])) } },
  }));
export const geminiTools = [
  { functionDeclarations: ["run_shell_command", "write_file", "read_file"].map((name) => ({ name })) },
];
export const joined = (values: unknown[]) => values.filter((value) => value !== undefined).join("");
