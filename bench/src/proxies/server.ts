import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as wait } from "node:timers/promises";

/**
 * Server for every transfer, in a separate process. It serves bytes over HTTP, a model's streamed response and git. It
 * listens on a loopback port, which it prints, and on the Unix socket SOCKET_PATH, which every user can open. GIT_ROOT
 * contains the repositories.
 */
const { SOCKET_PATH = "", GIT_ROOT = "" } = process.env;

const server = createServer((request, response) => {
  response.on("error", () => response.destroy());
  const url = new URL(request.url!, "http://localhost");
  const number = (name: string) => Number(url.searchParams.get(name) ?? 0);
  if (url.pathname === "/bytes") void sendBytes(response, number("count"), number("bytesPerS"));
  else if (url.pathname === "/v1/messages") void answerAsModel(request, response);
  else serveGit(request, response, url);
});
const socketServer = createServer((request, response) => void server.emit("request", request, response));
socketServer.listen(SOCKET_PATH);
await once(socketServer, "listening");
await chmod(SOCKET_PATH, 0o666);
server.listen(0, "127.0.0.1");
await once(server, "listening");
console.log(`ready ${(server.address() as AddressInfo).port}`);

/** Sends bytes as fast as the client reads them. If `bytesPerS` is not 0, limits the rate to simulate a network. */
async function sendBytes(response: ServerResponse, count: number, bytesPerS: number): Promise<void> {
  const block = Buffer.alloc(bytesPerS > 0 ? 64 * 1024 : 256 * 1024);
  response.writeHead(200, { "content-type": "application/octet-stream", "content-length": count });
  const startedAt = performance.now();
  for (let sent = 0; sent < count && !response.destroyed; sent += block.length) {
    if (bytesPerS > 0) {
      const earlyMs = (sent / bytesPerS) * 1000 - (performance.now() - startedAt);
      if (earlyMs > 1) await wait(earlyMs);
    }
    await write(response, block.subarray(0, Math.min(block.length, count - sent)));
  }
  response.end();
}

/** Streams server-sent events like those of a long response. The request's `max_tokens` is the number of events. */
async function answerAsModel(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const { max_tokens: events } = JSON.parse(Buffer.concat(chunks).toString()) as { max_tokens: number };
  response.writeHead(200, { "content-type": "text/event-stream" });
  const perBlock = 400;
  const block = Buffer.from(modelEvent.repeat(perBlock));
  for (let sent = 0; sent < events && !response.destroyed; sent += perBlock) await write(response, block);
  response.end(`data: {"type":"message_delta","usage":{"output_tokens":${events}}}\n\n`);
}

const modelEvent = `event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":" and so on"}}\n\n`;

/** Writes the block and waits until the response accepts more data. Does not wait if the connection is closed. */
async function write(response: ServerResponse, block: Buffer): Promise<void> {
  if (response.write(block) || response.destroyed) return;
  await new Promise<void>((resolve) => {
    const go = () => {
      response.off("drain", go).off("close", go);
      resolve();
    };
    response.on("drain", go).on("close", go);
  });
}

/** Serves git with git-http-backend(1). */
function serveGit(request: IncomingMessage, response: ServerResponse, url: URL): void {
  const { headers } = request;
  const env: Record<string, string> = {
    PATH: process.env.PATH!,
    GIT_PROJECT_ROOT: GIT_ROOT,
    GIT_HTTP_EXPORT_ALL: "1",
    GIT_CONFIG_COUNT: "1",
    GIT_CONFIG_KEY_0: "safe.directory",
    GIT_CONFIG_VALUE_0: "*",
    PATH_INFO: url.pathname,
    QUERY_STRING: url.search.slice(1),
    REQUEST_METHOD: request.method!,
    CONTENT_TYPE: headers["content-type"] ?? "",
    ...(headers["content-length"] !== undefined && { CONTENT_LENGTH: headers["content-length"] }),
    ...(headers["git-protocol"] !== undefined && { GIT_PROTOCOL: String(headers["git-protocol"]) }),
    ...(headers["content-encoding"] !== undefined && { HTTP_CONTENT_ENCODING: headers["content-encoding"] }),
  };
  const backend = spawn("git", ["http-backend"], { env, stdio: ["pipe", "pipe", "inherit"] });
  backend.stdin.on("error", () => {});
  request.pipe(backend.stdin);
  let head = Buffer.alloc(0);
  const onData = (chunk: Buffer) => {
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf("\r\n\r\n");
    if (end < 0) return;
    backend.stdout.off("data", onData);
    const lines = head
      .toString("latin1", 0, end)
      .split("\r\n")
      .map((line) => line.split(/:\s*/, 2));
    const status = lines.find(([name]) => name === "Status")?.[1];
    response.writeHead(Number.parseInt(status ?? "200", 10), Object.fromEntries(lines));
    response.write(head.subarray(end + 4));
    backend.stdout.pipe(response);
  };
  backend.stdout.on("data", onData);
}
