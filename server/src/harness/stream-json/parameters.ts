import { fileURLToPath } from "node:url";
import type { ToolKind } from "../../core/sessions/index.ts";

/** How a program is run that speaks stream JSON in place of ACP: what a launch spec says, and the adapter in the sandbox does. */
export interface StreamJson {
  /** Words after the program's own, for the first prompt of a session. */
  readonly begin: readonly string[];
  /** The same for further ones, with the thread's id in the place of `threadWord`. */
  readonly goOn: readonly string[];
  readonly threadWord: string;
  /** Takes the session's MCP servers, by name as one JSON object. */
  readonly mcpFlag: string;
  /** By the program's names of its tools; what is not named is "other". */
  readonly toolKinds: Readonly<Record<string, ToolKind>>;
  /** Tools that change a file: the fields of their input. Without `oldText` the file is new. */
  readonly edits: Readonly<
    Record<string, { readonly path: string; readonly oldText?: string; readonly newText: string }>
  >;
}

/** The one argument of the adapter, as JSON. */
export interface StreamJsonParameters extends StreamJson {
  readonly displayName: string;
  /** The program and its own words. */
  readonly command: readonly [string, ...string[]];
}

export const streamJsonProgram = fileURLToPath(new URL("program", import.meta.url));
