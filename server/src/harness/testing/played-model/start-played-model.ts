import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { anthropic } from "./anthropic.ts";
import { chatCompletions } from "./chat-completions.ts";
import { gemini } from "./gemini.ts";
import { type Answer, decideAnswer, type ParsedRequest, type PlayTools } from "./play.ts";
import type { PlayedProtocol } from "./protocol.ts";
import { responses } from "./responses.ts";

const protocols: readonly PlayedProtocol[] = [responses, chatCompletions, gemini, anthropic];

export interface PlayedModel {
  readonly url: string;
  readonly requests: readonly PlayedRequest[];
  close(): Promise<void>;
}

export interface PlayedRequest {
  readonly path: string;
  readonly parsed: ParsedRequest;
  readonly body: string;
  readonly status: number;
}

/** Starts a fake model server for the OpenAI, Anthropic and Gemini protocols. The prompts determine the responses (play.ts). */
export async function startPlayedModel(tools: PlayTools): Promise<PlayedModel> {
  const requests: PlayedRequest[] = [];
  const server = createServer(async (request, response) => {
    const path = new URL(request.url ?? "/", "http://localhost").pathname;
    const protocol = protocols.find((candidate) => candidate.answers(path));
    if (request.method !== "POST" || !protocol) return json(response, 200, { data: [], models: [] });
    const body = await readText(request);
    const parsed = protocol.parse(path, JSON.parse(body));
    const answer = decideAnswer(parsed, tools);
    const status = answer.type === "error" ? answer.status : 200;
    requests.push({ path, parsed, body, status });
    if (answer.type === "error") return json(response, answer.status, protocol.error(answer.status));
    await stream(response, protocol, answer);
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

async function stream(
  response: ServerResponse,
  protocol: PlayedProtocol,
  answer: Exclude<Answer, { type: "error" }>,
): Promise<void> {
  response.writeHead(200, { "content-type": "text/event-stream" });
  const send = (lines: readonly string[]) => {
    for (const line of lines) response.write(`${line}\n\n`);
  };
  if (answer.type !== "tool") send(protocol.begin());
  while (answer.type === "endless" && !response.closed) {
    send(protocol.text("tick "));
    await sleep(20);
  }
  if (answer.type === "endless") return;
  if (answer.type === "text") send(protocol.text(answer.text));
  else send(protocol.tool(answer.call));
  const text = answer.type === "text" ? answer.text : "";
  send(protocol.end({ text, call: answer.type === "tool" ? answer.call : null }));
  response.end();
}

async function readText(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) text += chunk;
  return text;
}

function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}
