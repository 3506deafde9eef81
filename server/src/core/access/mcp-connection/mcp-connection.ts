/** A server of the Model Context Protocol that an organization keeps, for sessions that name it. */
export interface McpConnection {
  readonly id: string;
  readonly organizationId: string;
  /** Whose alone it is; null for the whole organization's. */
  readonly userId: string | null;
  /** Unique in the organization: sessions name it so. */
  readonly name: string;
  readonly server: McpServerSetup;
  /** When a test reached it last; null for never, and for one that is started in sandboxes. */
  readonly connectedAt: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** What may be shown of it. The values of headers and variables are sealed apart. */
export type McpServerSetup =
  | {
      readonly type: "remote";
      readonly url: string;
      /** Added to requests for the URL's host outside of the sandbox; in lower case. */
      readonly headerKeys: readonly string[];
    }
  | {
      readonly type: "stdio";
      readonly command: string;
      readonly args: readonly string[];
      readonly envKeys: readonly string[];
    };

/** Whether a person may see and use it; nobody in particular (null) has what is shared. */
export const isOf = ({ userId }: Pick<McpConnection, "userId">, person: string | null): boolean =>
  userId === null || userId === person;

/** Values of headers, or of variables, by name. */
export type McpValues = Readonly<Record<string, string>>;

/** `sse` is the protocol's older way over HTTP, whose addresses end so. */
export function transportOf(url: string): "http" | "sse" {
  return new URL(url).pathname.replace(/\/$/, "").endsWith("/sse") ? "sse" : "http";
}

/** As harnesses name it: part of the names of its tools, which take few characters and have at most 64. */
export function serverNameOf(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .slice(0, 32)
    .replace(/^-+|-+$/g, "");
}
