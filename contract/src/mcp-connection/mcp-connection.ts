import { z } from "zod";
import { cursorQuery, queryBoolean, timestamp, uuid } from "../common.ts";

const type = z.enum(["remote", "stdio"]);
const visibility = z.enum(["shared", "personal"]);
const authType = z.enum(["oauth", "client_credentials", "static_headers"]);

const listItem = {
  id: uuid,
  name: z.string(),
  type,
  visibility,
  serverUrl: z.string().nullable(),
  connectedAt: timestamp.nullable(),
};
/** An MCP server that sessions can use. Responses never contain the values of headers and environment variables. */
export const mcpConnection = z.strictObject({
  ...listItem,
  command: z.string().nullable(),
  args: z.array(z.string()).max(100).nullable(),
  authType: authType.nullable(),
  envKeys: z.array(z.string()),
  headerKeys: z.array(z.string()),
  createdAt: timestamp,
  updatedAt: timestamp,
});
export type McpConnection = z.infer<typeof mcpConnection>;
export const mcpConnectionAuthorization = z.strictObject({
  connection: mcpConnection,
  authorizationUrl: z.url().nullable(),
});
export type McpConnectionAuthorization = z.infer<typeof mcpConnectionAuthorization>;
export const mcpConnectionTest = z.strictObject({ success: z.literal(true) });
export type McpConnectionTest = z.infer<typeof mcpConnectionTest>;

export const mcpConnectionParams = z.object({ mcpConnectionId: uuid });
export const mcpConnectionListQuery = cursorQuery.extend({
  connected: queryBoolean.optional(),
  search: z.string().min(1).max(200).optional(),
});
export const mcpConnectionListItem = z.strictObject(listItem);
export const mcpConnectionList = z.strictObject({
  items: z.array(mcpConnectionListItem),
  nextCursor: uuid.nullable(),
});
export type McpConnectionList = z.infer<typeof mcpConnectionList>;

const name = z.string().min(1).max(200).describe("Sessions use this name in `mcpServers`.");
const command = z
  .string()
  .min(1)
  .max(4096)
  .describe("Command that starts in the sandbox of each session that uses the connection.");
const oauth = {
  clientId: z.string().min(1).max(4096).optional(),
  clientSecret: z.string().min(1).max(65_536).optional(),
  oauthRegistration: z.enum(["automatic", "pre_registered"]).optional(),
  scope: z.string().min(1).max(4096).optional(),
};
const serverUrl = z
  .url()
  .describe("URL of a remote server. If it ends with `/sse`, Tembo uses the older HTTP+SSE transport.");

export const mcpConnectionCreateBody = z.union([
  z.strictObject({
    type: z.literal("stdio"),
    name,
    command,
    args: z.array(z.string()).max(100).default([]),
    env: z
      .record(z.string(), z.string())
      .optional()
      .describe("Environment variables of the command. Visible in the sandbox."),
    visibility: visibility.default("shared"),
  }),
  z.strictObject({
    type: z.literal("remote").default("remote"),
    name,
    serverUrl,
    authType: authType.optional(),
    headers: z
      .record(z.string(), z.string())
      .optional()
      .describe(
        "Headers that Tembo adds outside the sandbox to requests to the server's host. Never visible in the sandbox.",
      ),
    visibility: visibility.default("shared"),
    ...oauth,
  }),
]);
export type McpConnectionCreateBody = z.input<typeof mcpConnectionCreateBody>;

/** Headers or environment variables to change. The server merges them by key. A null value removes the key. */
const values = z.record(z.string(), z.string().nullable()).nullable().optional();
export const mcpConnectionUpdateBody = z.union([
  z.strictObject({
    type: z.literal("remote"),
    name: name.optional(),
    serverUrl: serverUrl.optional(),
    authType: authType.optional(),
    headers: values,
    ...oauth,
  }),
  z.strictObject({
    type: z.literal("stdio"),
    name: name.optional(),
    command: command.optional(),
    args: z.array(z.string()).max(100).nullable().optional(),
    env: values,
  }),
]);
export type McpConnectionUpdateBody = z.input<typeof mcpConnectionUpdateBody>;
