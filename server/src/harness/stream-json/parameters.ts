import { fileURLToPath } from "node:url";
import type { ToolKind } from "../../core/sessions/index.ts";

/** Parameters for a program that uses stream JSON instead of ACP. A launch spec sets them, and the adapter in the sandbox applies them. */
export interface StreamJson {
  /** Arguments to append to the program's own arguments, for the first prompt in a session. */
  readonly begin: readonly string[];
  /** Arguments for further prompts. The thread's ID replaces `threadWord`. */
  readonly goOn: readonly string[];
  readonly threadWord: string;
  /** Flag that passes the session's MCP servers, as one JSON object with the servers by name. */
  readonly mcpFlag: string;
  /** Tool kinds, by the program's tool names. A tool that is not listed has the kind "other". */
  readonly toolKinds: Readonly<Record<string, ToolKind>>;
  /** Input fields of the tools that change a file. A tool without `oldText` creates the file. */
  readonly edits: Readonly<
    Record<string, { readonly path: string; readonly oldText?: string; readonly newText: string }>
  >;
}

/** Parameters of the adapter. The adapter receives them as JSON in its only argument. */
export interface StreamJsonParameters extends StreamJson {
  readonly displayName: string;
  /** Program and its own arguments. */
  readonly command: readonly [string, ...string[]];
}

export const streamJsonProgram = fileURLToPath(new URL("program", import.meta.url));
