import type { CursorPage, Page } from "../../base/index.ts";
import type { McpConnection } from "./mcp-connection.ts";

export interface McpConnectionQueries {
  insert(connection: McpConnection): Promise<void>;
  find(organizationId: string, id: string): Promise<McpConnection | null>;
  /** All of an organization, personal ones too, oldest first. */
  all(organizationId: string): Promise<McpConnection[]>;
  /** Replaces everything but id, organization and creation. */
  update(connection: McpConnection): Promise<void>;
  setConnected(id: string, at: Date): Promise<void>;
  delete(organizationId: string, id: string): Promise<void>;
  /** Newest first: shared ones, and the person's own. */
  list(
    organizationId: string,
    page: CursorPage & { readonly userId: string; readonly search?: string; readonly isConnected?: boolean },
  ): Promise<Page<McpConnection>>;
  /** The names that a session was created with. */
  useInSession(sessionId: string, names: readonly string[]): Promise<void>;
  usedInSession(sessionId: string): Promise<string[]>;
}
