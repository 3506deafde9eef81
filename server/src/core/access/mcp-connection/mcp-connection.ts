/** An MCP server that an organization has saved. Sessions refer to it by name. */
export interface McpConnection {
  readonly id: string;
  readonly organizationId: string;
  /** ID of the user who owns the connection, or null if the whole organization shares it. */
  readonly userId: string | null;
  /** Name by which sessions refer to the connection. Unique in the organization. */
  readonly name: string;
  readonly server: McpServerSetup;
  /**
   * Time of the last successful test, or null if there is none for the current URL. Always null for a server that
   * sandboxes start.
   */
  readonly connectedAt: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** The non-secret part of a connection. The values of headers and variables are encrypted separately. */
export type McpServerSetup =
  | {
      readonly type: "remote";
      readonly url: string;
      /** Names, in lower case, of the headers that the egress proxy adds to requests to the URL's host. */
      readonly headerKeys: readonly string[];
    }
  | {
      readonly type: "stdio";
      readonly command: string;
      readonly args: readonly string[];
      readonly envKeys: readonly string[];
    };

/**
 * True if the person may see and use the connection. Without a person (null), only shared connections are available.
 */
export const isUsableBy = ({ userId }: Pick<McpConnection, "userId">, person: string | null): boolean =>
  userId === null || userId === person;

/** Values of headers or environment variables, by name. */
export type McpValues = Readonly<Record<string, string>>;

/**
 * Derives the transport from the URL. `sse`, the protocol's older HTTP transport, applies if the path ends in `/sse`.
 */
export function transportOf(url: string): "http" | "sse" {
  return new URL(url).pathname.replace(/\/$/, "").endsWith("/sse") ? "sse" : "http";
}

/**
 * Returns the server's name for harnesses: at most 32 lowercase letters, digits and hyphens. The name becomes part of
 * tool names, which have a small character set and at most 64 characters. Returns an empty string if `name` has no
 * letters or digits.
 */
export function serverNameOf(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .slice(0, 32)
    .replace(/^-+|-+$/g, "");
}
