import { isAbsolute, join } from "node:path";
import type { ToolCallContent, ToolCallUpdate } from "@agentclientprotocol/sdk/unstable";
import type { HarnessUpdate } from "../../core/ports/harness.ts";

export type ToolCallState = Extract<HarnessUpdate, { type: "toolCall" }>;

const maxTextChars = 16_000;
const maxDiffChars = 100_000;
const maxDiffs = 100;
const maxClosedCalls = 200;

const kinds: ReadonlySet<string> = new Set<ToolCallState["kind"]>([
  "read",
  "edit",
  "delete",
  "move",
  "search",
  "execute",
  "think",
  "fetch",
  "other",
]);

const statuses: Readonly<Record<string, ToolCallState["status"]>> = {
  pending: "pending",
  in_progress: "running",
  completed: "completed",
  failed: "failed",
};

/** The calls of one prompt. Harnesses send fragments, some never the first one; each merge gives the whole state. */
export class ToolCalls {
  readonly #calls = new Map<string, ToolCallState>();
  readonly #cwd: string;

  constructor(cwd: string) {
    this.#cwd = cwd;
  }

  merge(fragment: ToolCallUpdate): ToolCallState {
    const before = this.#calls.get(fragment.toolCallId);
    const status = statuses[fragment.status ?? ""] ?? before?.status ?? "pending";
    // What a pending call shows is a preview of it, not yet its output.
    const output = status === "pending" ? null : outputOf(fragment);
    const diffs = diffsOf(fragment.content ?? [], this.#cwd);
    const merged: ToolCallState = {
      type: "toolCall",
      toolCallId: fragment.toolCallId,
      title: cutTo(2_000, fragment.title || before?.title || "Tool call"),
      kind: kindOf(fragment.kind) ?? before?.kind ?? "other",
      status,
      input: inputOf(fragment.rawInput) ?? before?.input ?? null,
      output: output ?? before?.output ?? null,
      diffs: diffs.length > 0 ? diffs : (before?.diffs ?? []),
    };
    this.#calls.set(merged.toolCallId, merged);
    this.#forgetOldestClosed();
    return merged;
  }

  /** Fails what the harness left open, as some do when a prompt is cancelled. */
  closeOpen(): ToolCallState[] {
    const open = [...this.#calls.values()].filter((call) => !isClosed(call));
    return open.map((call) => {
      const closed: ToolCallState = { ...call, status: "failed" };
      this.#calls.set(call.toolCallId, closed);
      return closed;
    });
  }

  #forgetOldestClosed(): void {
    if (this.#calls.size <= maxClosedCalls) return;
    for (const call of this.#calls.values()) {
      if (!isClosed(call)) continue;
      this.#calls.delete(call.toolCallId);
      return;
    }
  }
}

function isClosed(call: ToolCallState): boolean {
  return call.status === "completed" || call.status === "failed";
}

function kindOf(kind: string | null | undefined): ToolCallState["kind"] | null {
  if (!kind) return null;
  return kinds.has(kind) ? (kind as ToolCallState["kind"]) : "other";
}

function inputOf(rawInput: unknown): string | null {
  if (rawInput === undefined || rawInput === null) return null;
  const text = typeof rawInput === "string" ? rawInput : JSON.stringify(rawInput);
  return text === "{}" ? null : cutTo(maxTextChars, text);
}

function outputOf(fragment: ToolCallUpdate): string | null {
  const text = (fragment.content ?? [])
    .map((part) => (part.type === "content" && part.content.type === "text" ? part.content.text : ""))
    .filter((part) => part !== "")
    .join("\n");
  if (text !== "") return cutTo(maxTextChars, withoutFence(text));
  const raw = fragment.rawOutput;
  if (raw === undefined || raw === null) return null;
  return cutTo(maxTextChars, typeof raw === "string" ? raw : JSON.stringify(raw));
}

/** Some wrap the whole output in a Markdown fence for editors to show. */
function withoutFence(text: string): string {
  return /^```\w*\n([\s\S]*?)\n?```$/.exec(text.trim())?.[1] ?? text;
}

function diffsOf(content: readonly ToolCallContent[], cwd: string): ToolCallState["diffs"] {
  return content
    .filter((part) => part.type === "diff")
    .slice(0, maxDiffs)
    .map((diff) => ({
      path: isAbsolute(diff.path) ? diff.path : join(cwd, diff.path),
      oldText: typeof diff.oldText === "string" ? cutTo(maxDiffChars, diff.oldText) : null,
      newText: cutTo(maxDiffChars, diff.newText),
    }));
}

/** Cuts without leaving half of a surrogate pair. */
function cutTo(maxChars: number, text: string): string {
  if (text.length <= maxChars) return text;
  const cut = text.slice(0, maxChars);
  return /[\uD800-\uDBFF]$/.test(cut) ? cut.slice(0, -1) : cut;
}
