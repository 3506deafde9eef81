import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";

/**
 * Starts a proxy that forwards every request through `fetch`, so that the responses to other programs are validated
 * too. If `fetch` throws, records the error in `violations` and closes the connection.
 */
export async function startCheckingProxy(target: string, fetch: typeof globalThis.fetch) {
  const violations: unknown[] = [];
  const server = createServer(async (request, response) => {
    try {
      const body = await buffer(request);
      const answer = await fetch(new URL(request.url ?? "/", target), {
        method: request.method ?? "GET",
        headers: headersOf(request.rawHeaders),
        redirect: "manual",
        ...(body.length > 0 && { body }),
      });
      const headers = Object.fromEntries(answer.headers);
      delete headers["content-encoding"];
      delete headers["content-length"];
      response.writeHead(answer.status, headers);
      if (answer.body === null) response.end();
      else await pipeline(Readable.fromWeb(answer.body), response);
    } catch (cause) {
      violations.push(cause);
      response.destroy();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    violations,
    close: () => {
      server.closeAllConnections();
      return new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

const HOP_BY_HOP = new Set(["host", "connection", "content-length", "transfer-encoding", "keep-alive"]);

function headersOf(raw: readonly string[]): [string, string][] {
  const pairs: [string, string][] = [];
  for (let index = 0; index < raw.length; index += 2) pairs.push([raw[index]!, raw[index + 1]!]);
  return pairs.filter(([name]) => !HOP_BY_HOP.has(name.toLowerCase()));
}
