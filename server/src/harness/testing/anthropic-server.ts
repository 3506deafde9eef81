import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

interface Block {
  readonly type: string;
  readonly text?: string;
}

interface MessagesRequest {
  readonly model: string;
  readonly stream?: boolean;
  readonly system?: unknown;
  readonly messages: readonly { readonly role: string; readonly content: string | readonly Block[] }[];
  readonly tools?: readonly { readonly name: string }[];
}

type Answer = { readonly text: string } | { readonly tool: string; readonly input: object };

export interface AnthropicServer {
  readonly url: string;
  readonly requests: readonly {
    readonly model: string;
    readonly body: MessagesRequest;
    readonly status: number;
  }[];
  close(): Promise<void>;
}

/**
 * Fake of the Anthropic Messages protocol (docs.anthropic.com/en/api/messages-streaming). It supports only the features that the harness
 * tests need. The user's newest `PLAY word rest` selects the response: hello, stream, write PATH, run COMMAND, remember, error STATUS,
 * flaky429, cut.
 */
export async function startAnthropicServer(): Promise<AnthropicServer> {
  const requests: { model: string; body: MessagesRequest; status: number }[] = [];
  const flaky = new Set<string>();
  const server = createServer(async (request, response) => {
    if (request.method !== "POST" || !request.url?.includes("/v1/messages")) return json(response, 200, {});
    const body = await readJson(request);
    if (request.url.includes("count_tokens")) return json(response, 200, { input_tokens: 10 });
    const play = playOf(body);
    const status = statusOf(play, flaky);
    requests.push({ model: body.model, body, status });
    if (status !== 200) {
      if (play.word === "flaky429") response.setHeader("retry-after", "1");
      const type = errorTypes[status] ?? "api_error";
      return json(response, status, { type: "error", error: { type, message: `played ${status}` } });
    }
    await answer(response, body, play);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const errorTypes: Record<number, string> = {
  400: "invalid_request_error",
  401: "authentication_error",
  404: "not_found_error",
  429: "rate_limit_error",
  529: "overloaded_error",
};

interface Play {
  readonly word: string;
  readonly rest: string;
  /** Number of tool results since the newest `PLAY` instruction. */
  readonly results: number;
  /** Number of earlier `PLAY` instructions. */
  readonly before: number;
}

function playOf(body: MessagesRequest): Play {
  let play: Play = { word: "hello", rest: "", results: 0, before: -1 };
  for (const message of body.messages) {
    if (message.role !== "user") continue;
    const blocks =
      typeof message.content === "string" ? [{ type: "text", text: message.content }] : message.content;
    for (const block of blocks) {
      const match = /PLAY ([\w-]+) ?(.*)/.exec(block.text ?? "");
      if (match) play = { word: match[1]!, rest: match[2]!, results: 0, before: play.before + 1 };
      else if (block.type === "tool_result") play = { ...play, results: play.results + 1 };
    }
  }
  return play;
}

function statusOf(play: Play, flaky: Set<string>): number {
  if (play.word === "error") return Number(play.rest.slice(0, 3));
  if (play.word !== "flaky429" || flaky.has(play.rest)) return 200;
  flaky.add(play.rest);
  return 429;
}

function answerTo(play: Play): Answer {
  if (play.results === 0 && play.word === "write") {
    return { tool: "Write", input: { file_path: play.rest, content: "b\n" } };
  }
  if (play.results === 0 && play.word === "run") {
    return { tool: "Bash", input: { command: play.rest, description: "Run it", timeout: 600_000 } };
  }
  if (play.word === "remember") return { text: `hello, it remembers ${play.before}` };
  return { text: "hello there" };
}

async function answer(response: ServerResponse, body: MessagesRequest, play: Play): Promise<void> {
  const canUseTools = (body.tools?.length ?? 0) > 0;
  const wanted = answerTo(play);
  const given: Answer = "tool" in wanted && !canUseTools ? { text: "hello there" } : wanted;
  const usage = {
    input_tokens: 100,
    output_tokens: 20,
    cache_read_input_tokens: 30,
    cache_creation_input_tokens: 5,
  };
  const base = { id: `msg_${Date.now()}`, type: "message", role: "assistant", model: body.model };
  const stop = "tool" in given ? "tool_use" : "end_turn";
  const block =
    "tool" in given
      ? {
          type: "tool_use",
          id: `toolu_${Date.now()}${Math.random().toString(36).slice(2)}`,
          name: given.tool,
          input: given.input,
        }
      : { type: "text", text: given.text };
  if (!body.stream)
    return json(response, 200, { ...base, content: [block], stop_reason: stop, stop_sequence: null, usage });

  response.writeHead(200, { "content-type": "text/event-stream" });
  const send = (type: string, data: object) =>
    response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`);
  send("message_start", { message: { ...base, content: [], stop_reason: null, stop_sequence: null, usage } });
  const delta = (data: object) => send("content_block_delta", { index: 0, delta: data });
  if ("tool" in given) {
    send("content_block_start", { index: 0, content_block: { ...block, input: {} } });
    delta({ type: "input_json_delta", partial_json: JSON.stringify(given.input) });
  } else {
    send("content_block_start", { index: 0, content_block: { type: "text", text: "" } });
    if (play.word === "stream" && canUseTools) {
      while (!response.closed) {
        delta({ type: "text_delta", text: "tick " });
        await sleep(20);
      }
      return;
    }
    if (play.word === "cut" && canUseTools) {
      delta({ type: "text_delta", text: "half a " });
      await sleep(20);
      response.destroy();
      return;
    }
    delta({ type: "text_delta", text: given.text });
  }
  send("content_block_stop", { index: 0 });
  send("message_delta", { delta: { stop_reason: stop, stop_sequence: null }, usage });
  send("message_stop", {});
  response.end();
}

async function readJson(request: IncomingMessage): Promise<MessagesRequest> {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) text += chunk;
  return JSON.parse(text) as MessagesRequest;
}

function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}
