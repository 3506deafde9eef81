import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createScripted, type Scripted } from "./answer.ts";
import { createHolds, type Hold } from "./holds.ts";
import { answerCountTokens, answerGet } from "./models.ts";
import { CutShort } from "./play-reply.ts";
import { anthropic } from "./protocols/anthropic.ts";
import { chatCompletions } from "./protocols/chat-completions.ts";
import { gemini } from "./protocols/gemini.ts";
import type { Protocol } from "./protocols/protocol.ts";
import { responses } from "./protocols/responses.ts";
import { createRecorder, type RecordedRequest } from "./recorder.ts";
import type { Script } from "./steps.ts";

export type { RecordedRequest } from "./recorder.ts";
export { type Script, type ScriptContext, type Step, steps } from "./steps.ts";

const protocols: readonly Protocol[] = [anthropic, responses, chatCompletions, gemini];
const maxBodyBytes = 64 * 1024 * 1024;

export interface ScriptedModel {
  /** `http://127.0.0.1:<port>`, the value for ANTHROPIC_BASE_URL. The OpenAI protocols are below `/v1`. */
  readonly url: string;
  /** The newest requests in order of arrival, at most 1,000. */
  readonly requests: readonly RecordedRequest[];
  /** Registers a script for plain-text user messages that match. The newest matching registration takes precedence. */
  script(matcher: string | RegExp, script: Script): void;
  /**
   * Sets the script for conversations in which no message has a script. It starts at the first user message.
   * `undefined` removes the script.
   */
  setDefaultScript(script: Script | undefined): void;
  /**
   * Holds the response to the next matching request until the test releases it. By default, background requests never
   * match.
   */
  hold(fits?: (request: RecordedRequest) => boolean): Hold;
  /** Closes the server and breaks every open connection. */
  close(): Promise<void>;
}

/**
 * Starts a model server without a model. It plays scripts over the Anthropic Messages, OpenAI Responses, OpenAI Chat
 * Completions and Gemini protocols, so that real harnesses run without an account. It listens on loopback only.
 *
 * A script is part of a user message, `SCRIPT(step, step, ...)` (grammar in parse-script.ts), or is registered in code.
 * Single-quoted strings survive harnesses and shells that escape double quotes.
 *
 *     say("text")                    text                    slow(n, ms)      n words, one every ms
 *     think("text")                  thinking                endless(times?)  words until the client disconnects
 *     write("path", "content")       creates a file          cut(times?)      breaks the connection here (once)
 *     edit("path", "old", "new")     replaces text           fail(status?, times?)  fails the request (always, 500)
 *     read("path")                   reads a file            sleepTool(s?)    a command that runs for s seconds
 *     bash("command", timeoutMs?)    runs a command          title("text")    the response to title requests
 *     tool("name", {...})            calls any tool
 *
 * A reply ends with the next tool step, which it includes. The steps after the last tool step are the final reply. The
 * server selects the reply by counting the tool results after the script's message. An interrupted conversation that is
 * loaded again therefore continues where it stopped. A message without a script ("go on") continues the previous
 * script. `times` are counted per reply of a conversation. Background requests, such as requests without tools, receive
 * a title and never consume a step.
 *
 * @throws if the port is in use.
 */
export async function startScriptedModel(
  options: { port?: number; onRequest?: (request: RecordedRequest) => void } = {},
): Promise<ScriptedModel> {
  const recorder = createRecorder(options.onRequest ?? (() => {}));
  const holds = createHolds();
  const scripted = createScripted();
  const server = createServer((request, response) => {
    const gone = new AbortController();
    response.on("close", () => gone.abort());
    serve(request, response, gone.signal).catch((error: unknown) => {
      // Only a bug in this server causes this error. The client receives a broken connection, and the log contains the
      // reason.
      if (!gone.signal.aborted) console.error(error);
      response.destroy();
    });
  });

  async function serve(
    request: IncomingMessage,
    response: ServerResponse,
    signal: AbortSignal,
  ): Promise<void> {
    const path = new URL(request.url ?? "/", "http://localhost").pathname;
    const method = request.method ?? "GET";
    if (method !== "POST") {
      const found = answerGet(path, request.headers);
      return sendJson(
        response,
        found ? 200 : 404,
        found ?? { error: { message: `There is nothing at ${path}.` } },
      );
    }
    const body = await readJson(request);
    if (body === undefined)
      return sendJson(response, 400, { error: { message: "The body is not JSON, or it is too long." } });
    const count = answerCountTokens(path, body);
    if (count) return sendJson(response, 200, count);
    const protocol = protocols.find(({ answers }) => answers(path));
    if (!protocol) return sendJson(response, 404, { error: { message: `There is nothing at ${path}.` } });

    const prepared = scripted.prepare(protocol.read({ path, headers: request.headers, body }), signal);
    const recorded = recorder.record({
      ...prepared.facts,
      method,
      path,
      headers: request.headers,
      protocol: protocol.name,
      outcome: "pending",
    });
    await holds.pass(recorded, signal);
    if (signal.aborted) recorded.outcome = "aborted";
    else recorded.outcome = await answer(response, protocol, prepared, signal);
  }

  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: recorder.requests,
    script: scripted.register,
    setDefaultScript: scripted.setDefault,
    hold: holds.hold,
    async close() {
      holds.releaseAll();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function answer(
  response: ServerResponse,
  protocol: Protocol,
  { refusal, answer, wantsStream }: ReturnType<Scripted["prepare"]>,
  signal: AbortSignal,
): Promise<RecordedRequest["outcome"]> {
  if (refusal) {
    if (refusal.status === 429) response.setHeader("retry-after", "1");
    sendJson(response, refusal.status, protocol.error(refusal.status, refusal.message));
    return "failed";
  }
  try {
    if (wantsStream) await sendStream(response, protocol.stream(answer), signal);
    else sendJson(response, 200, await protocol.whole(answer));
    return "answered";
  } catch (error) {
    if (error instanceof CutShort && response.headersSent) await flushed(response);
    response.destroy();
    if (error instanceof CutShort) return "cut";
    if (signal.aborted) return "aborted";
    throw error;
  }
}

/** Writes no faster than the client reads, so that an endless response needs little memory. */
async function sendStream(
  response: ServerResponse,
  frames: AsyncIterable<string>,
  signal: AbortSignal,
): Promise<void> {
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" });
  for await (const frame of frames) {
    signal.throwIfAborted();
    if (!response.write(frame)) await drained(response);
  }
  signal.throwIfAborted();
  response.end();
}

/**
 * Writes an SSE comment, which is not an event, and waits until it is flushed. The client then receives the text before
 * a cut. Otherwise, the cut would look like a refused connection.
 */
function flushed(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    response.once("close", resolve);
    response.write(":\n\n", () => resolve());
  });
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off("drain", done).off("close", done);
      resolve();
    };
    response.on("drain", done).on("close", done);
  });
}

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
}

/**
 * Parses the request body. Returns an empty object for an empty body, and undefined if the body is not JSON or is
 * longer than 64 MiB.
 */
async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= maxBodyBytes) chunks.push(chunk);
  }
  if (size > maxBodyBytes) return undefined;
  const text = Buffer.concat(chunks).toString();
  try {
    return text === "" ? {} : JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
