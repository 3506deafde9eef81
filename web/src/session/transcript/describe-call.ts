import { stripTerminalCodes } from "../strip-terminal-codes.ts";
import type { ItemOf } from "./item.ts";

export type CallClass = "read" | "search" | "edit" | "command" | "fetch" | "other";

const classes: Readonly<Record<string, CallClass>> = {
  read: "read",
  search: "search",
  edit: "edit",
  delete: "edit",
  move: "edit",
  execute: "command",
  fetch: "fetch",
};
/** A harness's title for a call of an MCP server's tool, such as `mcp__files__read` or `mcp.files.read`. */
const mcpTitle = /^mcp(?:__(.+?)__|\.([^.]+)\.)(\w+)$/;
/** Number of characters of the output in which the first line is searched. */
const HEAD_CHARS = 2_000;

/** Returns the kind of a call. Some harnesses report calls of MCP servers as commands. */
export function kindOfCall({ toolKind, title, sessionTool }: ItemOf<"tool">): string {
  return sessionTool !== null || mcpTitle.test(title) ? "other" : toolKind;
}

export function classifyCall(call: ItemOf<"tool">): CallClass {
  return classes[kindOfCall(call)] ?? "other";
}

/** Returns a title for people: `files: read` for `mcp__files__read`. */
export function formatTitle(title: string): string {
  const [, before, after, tool] = mcpTitle.exec(title) ?? [];
  return tool === undefined ? title : `${before ?? after}: ${tool.replaceAll("_", " ")}`;
}

export function hasFailed({ status, exitCode }: ItemOf<"tool">): boolean {
  return status === "failed" || (status !== "pending" && status !== "running" && (exitCode ?? 0) !== 0);
}

/** Returns the first line of a call's output, or an empty string. Skips the exit code, which the row shows. */
export function firstLine(output: string | null): string {
  if (output === null) return "";
  const lines = stripTerminalCodes(output.slice(0, HEAD_CHARS)).split("\n");
  return lines.map((line) => line.trim()).find((line) => line !== "" && !/^Exit code \d+$/.test(line)) ?? "";
}
