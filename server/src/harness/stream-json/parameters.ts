import { fileURLToPath } from "node:url";
import type { ToolKind } from "../../core/sessions/index.ts";

/** Parameters of a program that uses stream JSON instead of ACP. A launch spec sets them, and the adapter in the sandbox applies them. */
export interface StreamJson {
  /** Arguments after the program's own, for the first prompt of a session. */
  readonly begin: readonly string[];
  /** Arguments for further prompts, with the thread's id in the place of `threadWord`. */
  readonly goOn: readonly string[];
  readonly threadWord: string;
  /** Flag that takes the session's MCP servers as one JSON object, by name. */
  readonly mcpFlag: string;
  /** Kinds by the program's tool names. A tool that is not listed is "other". */
  readonly toolKinds: Readonly<Record<string, ToolKind>>;
  /** Input fields of the tools that change a file. Without `oldText`, the file is new. */
  readonly edits: Readonly<
    Record<string, { readonly path: string; readonly oldText?: string; readonly newText: string }>
  >;
}

/** The only argument of the adapter, as JSON. */
export interface StreamJsonParameters extends StreamJson {
  readonly displayName: string;
  /** The program and its own arguments. */
  readonly command: readonly [string, ...string[]];
}

export const streamJsonProgram = fileURLToPath(new URL("program", import.meta.url));
