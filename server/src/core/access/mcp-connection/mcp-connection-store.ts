import type { CursorPage, Page } from "../../base/index.ts";
import type { McpConnection } from "./mcp-connection.ts";

export interface McpConnectionQueries {
  insert(connection: McpConnection): Promise<void>;
  /** Locks the connection until the transaction ends. */
  lock(organizationId: string, id: string): Promise<void>;
  find(organizationId: string, id: string): Promise<McpConnection | null>;
  /** Returns all connections of an organization, including personal connections, oldest first. */
  all(organizationId: string): Promise<McpConnection[]>;
  /** Updates every field except the ID, the organization, the owner and the creation time. */
  update(connection: McpConnection): Promise<void>;
  setConnected(id: string, at: Date): Promise<void>;
  delete(organizationId: string, id: string): Promise<void>;
  /** Lists shared connections and the person's own connections, newest first. */
  list(
    organizationId: string,
    page: CursorPage & { readonly userId: string; readonly search?: string; readonly isConnected?: boolean },
  ): Promise<Page<McpConnection>>;
  /** Saves the names of the connections that a session uses. */
  useInSession(sessionId: string, names: readonly string[]): Promise<void>;
  usedInSession(sessionId: string): Promise<string[]>;
}
