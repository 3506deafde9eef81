import { spawn } from "node:child_process";
import { once } from "node:events";
import { statSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Server } from "node:net";
import type { TestContext } from "node:test";

export const credential = { username: "bot", password: "very-secret-token" };

/**
 * Starts a forge: git's own HTTP server behind Basic authentication. `requests` contains the received requests. Tests set `answer` or
 * `handle` to replace a response.
 */
export async function serveForge(t: TestContext, root: string) {
  const requests: { url: string; headers: IncomingMessage["headers"] }[] = [];
  const state: {
    answer?: (
      path: string,
      request: IncomingMessage,
    ) => { status: number; headers?: object; body?: string } | null;
    /** Handles a request. Returns true if it handled the whole exchange. */
    handle?: (request: IncomingMessage, response: ServerResponse) => boolean;
  } = {};
  const allowed = `Basic ${Buffer.from(`${credential.username}:${credential.password}`).toString("base64")}`;
  const server = createServer((request, response) => {
    requests.push({ url: request.url!, headers: request.headers });
    if (state.handle?.(request, response)) return;
    const other = state.answer?.(request.url!, request);
    if (other) {
      request.resume();
      return response.writeHead(other.status, { ...other.headers }).end(other.body);
    }
    if (request.headers.authorization !== allowed)
      return response
        .writeHead(401, { "www-authenticate": 'Basic realm="forge"', "set-cookie": "forge=1" })
        .end("who are you\n");
    const [path, query] = request.url!.split("?");
    const env: Record<string, string> = {
      PATH: process.env.PATH!,
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: "1",
      PATH_INFO: path!,
      QUERY_STRING: query ?? "",
      REQUEST_METHOD: request.method!,
      CONTENT_TYPE: request.headers["content-type"] ?? "",
      REMOTE_USER: "bot",
      GIT_CONFIG_COUNT: "1",
      GIT_CONFIG_KEY_0: "receive.advertisePushOptions",
      GIT_CONFIG_VALUE_0: "true",
    };
    if (request.headers["content-length"]) env.CONTENT_LENGTH = request.headers["content-length"];
    if (request.headers["content-encoding"]) env.HTTP_CONTENT_ENCODING = request.headers["content-encoding"];
    if (request.headers["git-protocol"]) env.GIT_PROTOCOL = String(request.headers["git-protocol"]);
    // Git runs as the repositories' owner, because it rejects repositories that belong to other users.
    const { uid, gid } = statSync(root);
    const user = process.getuid!() === 0 ? { uid, gid } : {};
    const cgi = spawn("git", ["http-backend"], { env, stdio: ["pipe", "pipe", "ignore"], ...user });
    cgi.stdin.on("error", () => {});
    request.pipe(cgi.stdin);
    const chunks: Buffer[] = [];
    cgi.stdout.on("data", (chunk) => chunks.push(chunk));
    cgi.once("close", () => {
      const all = Buffer.concat(chunks);
      const end = all.indexOf("\r\n\r\n");
      const headers: Record<string, string> = { "set-cookie": "forge=1" };
      for (const line of all.toString("latin1", 0, end).split("\r\n")) {
        const colon = line.indexOf(":");
        headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
      }
      response.writeHead(Number.parseInt(headers.status ?? "200", 10), headers).end(all.subarray(end + 4));
    });
  });
  return { url: await listen(t, server), requests, state };
}

export async function listen(t: TestContext, server: Server): Promise<string> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
