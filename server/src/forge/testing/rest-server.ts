import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface RestRequest {
  readonly method: string;
  /** Raw URL with its query. */
  readonly url: string;
  /** Decoded parameters of the pattern. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** Parsed JSON, or undefined if the request has no body. */
  readonly body: unknown;
}

export interface RestReply {
  readonly status: number;
  /** Body, sent as JSON, or unchanged if it is a string. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export type RestHandler = (request: RestRequest) => RestReply | Promise<RestReply>;

/**
 * Handlers by pattern: "GET /repos/:owner/:name/branches/*branch". A parameter matches one segment. A star matches all
 * remaining segments.
 */
export type RestRoutes = Readonly<Record<string, RestHandler>>;

export interface RestServer {
  readonly url: string;
  /** API requests, oldest first, such as "GET /api/v1/user". */
  readonly asked: readonly string[];
  /**
   * Sets a handler that runs before the routes. If the handler returns null, the routes handle the request. Removes the handler if `handler`
   * is null.
   */
  intercept(handler: ((request: RestRequest) => RestReply | null) | null): void;
  close(): Promise<void>;
}

/**
 * Starts an API on the loopback interface for fake forges. `first` receives each request before the API, and returns true if it has handled
 * the request.
 */
export async function startRestServer(
  routes: RestRoutes,
  first: (request: IncomingMessage, response: ServerResponse) => Promise<boolean>,
): Promise<RestServer> {
  const table = Object.entries(routes).map(([pattern, handle]) => ({ ...compile(pattern), handle }));
  const asked: string[] = [];
  let interceptor: ((request: RestRequest) => RestReply | null) | null = null;

  async function answer(request: IncomingMessage): Promise<RestReply> {
    const method = request.method ?? "GET";
    const url = request.url ?? "/";
    const { pathname, searchParams } = new URL(url, "http://localhost");
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString("utf8");
    const isForm = request.headers["content-type"]?.includes("x-www-form-urlencoded") === true;
    const parsed = isForm ? Object.fromEntries(new URLSearchParams(text)) : text && JSON.parse(text);
    const body: unknown = text === "" ? undefined : parsed;
    asked.push(`${method} ${url}`);
    const given = { method, url, query: searchParams, headers: request.headers, body };
    const instead = interceptor?.({ ...given, params: {} });
    if (instead) return instead;
    for (const { wanted, path, names, handle } of table) {
      const match = wanted === method ? path.exec(pathname) : null;
      if (match === null) continue;
      const values = match.slice(1).map((value) => decodeURIComponent(value ?? ""));
      return handle({
        ...given,
        params: Object.fromEntries(names.map((name, at) => [name, values[at] ?? ""])),
      });
    }
    return { status: 404, body: { message: "not found", error: { message: "not found" } } };
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (await first(request, response)) return;
    const { status, body, headers } = await answer(request);
    const isText = typeof body === "string";
    response.writeHead(status, { "content-type": isText ? "text/plain" : "application/json", ...headers });
    response.end(body === undefined ? undefined : isText ? body : JSON.stringify(body));
  }

  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(500, { "content-type": "application/json" });
      response.end(JSON.stringify({ message: String(error), error: { message: String(error) } }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    intercept(handler) {
      interceptor = handler;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function compile(pattern: string) {
  const [wanted = "", address = ""] = pattern.split(" ");
  const names: string[] = [];
  const source = address.replaceAll(/[:*](\w+)|[.$+()[\]{}]/g, (part, name?: string) => {
    if (name === undefined) return `\\${part}`;
    names.push(name);
    return part.startsWith("*") ? "(.+)" : "([^/]+)";
  });
  return { wanted, names, path: new RegExp(`^${source}$`) };
}
