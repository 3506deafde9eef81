import type { RequestOptions } from "../options.ts";
import type { McpConnectionQuery } from "../queries.ts";
import type { APIPromise } from "../request/api-promise.ts";
import type { PagePromise } from "../request/page.ts";
import { pathOf, type Transport } from "../transport.ts";
import type {
  Deleted,
  McpConnection,
  McpConnectionAuthorization,
  McpConnectionCreateBody,
  McpConnectionList,
  McpConnectionTest,
  McpConnectionUpdateBody,
} from "../types.ts";

/** Model Context Protocol servers that sessions can use by naming them in `mcpServers`. */
export class McpConnectionsResource {
  readonly #transport: Transport;
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Lists connections, newest first. */
  list(query?: McpConnectionQuery | null, options?: RequestOptions): PagePromise<McpConnectionList> {
    return this.#transport.page({ method: "GET", path: "/v1/mcp-connections", query: query ?? {} }, options);
  }

  create(body: McpConnectionCreateBody, options?: RequestOptions): APIPromise<McpConnectionAuthorization> {
    return this.#transport.json({ method: "POST", path: "/v1/mcp-connections", body }, options);
  }

  /** Returns a connection without the values of its headers and variables. */
  retrieve(mcpConnectionId: string, options?: RequestOptions): APIPromise<McpConnection> {
    return this.#transport.json(
      { method: "GET", path: pathOf`/v1/mcp-connections/${mcpConnectionId}` },
      options,
    );
  }

  /** Updates a connection. The server merges `headers` and `env` by key. A null value removes the key. */
  update(
    mcpConnectionId: string,
    body: McpConnectionUpdateBody,
    options?: RequestOptions,
  ): APIPromise<McpConnection> {
    return this.#transport.json(
      { method: "PATCH", path: pathOf`/v1/mcp-connections/${mcpConnectionId}`, body },
      options,
    );
  }

  delete(mcpConnectionId: string, options?: RequestOptions): APIPromise<Deleted> {
    return this.#transport.json(
      { method: "DELETE", path: pathOf`/v1/mcp-connections/${mcpConnectionId}` },
      options,
    );
  }

  authorize(mcpConnectionId: string, options?: RequestOptions): APIPromise<McpConnectionAuthorization> {
    return this.#transport.json(
      { method: "POST", path: pathOf`/v1/mcp-connections/${mcpConnectionId}/authorize` },
      options,
    );
  }

  /**
   * Tests a remote server with one connection attempt. If the attempt fails, throws an `APIError` that describes the
   * problem.
   */
  test(mcpConnectionId: string, options?: RequestOptions): APIPromise<McpConnectionTest> {
    return this.#transport.json(
      { method: "POST", path: pathOf`/v1/mcp-connections/${mcpConnectionId}/test` },
      options,
    );
  }
}
