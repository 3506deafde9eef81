import { posix } from "node:path";
import type { ToolCallContent, ToolCallUpdate } from "@agentclientprotocol/sdk/unstable";
import { maxEventTextLength } from "@tembo/contract/limits";
import type { HarnessUpdate } from "../../../core/turns/index.ts";
import type { EditedFile, LaunchSpec } from "../../launch-spec.ts";
import { cutTo, lookUp, maxPathChars, maxTitleChars, readText } from "./bounds.ts";
import { joinPrinted, terminalPartOf, textInRaw } from "./terminal-output.ts";
import { updateSize } from "./update-size.ts";

type Edit = EditedFile | Extract<ToolCallContent, { type: "diff" }>;

export type ToolCallState = Extract<HarnessUpdate, { type: "toolCall" }>;

const maxDiffChars = 100_000;
const maxDiffs = 100;
/** Maximum total size of a call's diffs. */
const maxDiffCharsOfCall = 1_000_000;
const maxClosedCalls = 200;
const maxOpenCalls = 500;
const maxIdChars = 1_000;
/** Maximum total size of all stored calls. */
const maxKeptChars = 16_000_000;

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

/** Tool calls of one prompt. Harnesses send fragments, and some omit the first fragment. Each merge returns the complete state. */
export class ToolCalls {
  readonly #calls = new Map<string, ToolCallState>();
  /** Last sent state of each stored call. */
  readonly #reported = new Map<string, ToolCallState>();
  readonly #cwd: string;
  readonly #onDropped: () => void;
  readonly #editsIn: NonNullable<LaunchSpec["editsIn"]>;
  #keptChars = 0;
  #openCount = 0;

  constructor(cwd: string, onDropped: () => void = () => {}, editsIn: LaunchSpec["editsIn"] = () => []) {
    this.#cwd = cwd;
    this.#onDropped = onDropped;
    this.#editsIn = editsIn;
  }

  /**
   * Returns the merged state, or null if there is nothing to send yet, for example because a running program has printed little new output. Also
   * returns null if too many calls are open, and then counts the update as dropped. Throws a TypeError if the fragment violates the protocol.
   */
  merge(fragment: ToolCallUpdate): ToolCallState | null {
    const toolCallId = idOf(fragment.toolCallId);
    const before = this.#calls.get(toolCallId);
    if (before === undefined && this.#openCount >= maxOpenCalls) {
      this.#onDropped();
      return null;
    }
    const status = lookUp(statuses, fragment.status) ?? before?.status ?? "pending";
    // The content of a pending call is a preview and not yet its output.
    const shown = status === "pending" ? null : outputOf(fragment);
    const terminal = terminalPartOf(fragment, maxEventTextLength);
    const output = joinPrinted(before?.output ?? null, terminal, maxEventTextLength) ?? shown;
    const reported = (fragment.content ?? []).filter((part) => part.type === "diff");
    const diffs = diffsOf(reported.length > 0 ? reported : this.#editsIn(fragment.rawOutput), this.#cwd);
    const title = fragment.title ? readText(fragment.title, maxTitleChars) : null;
    const merged: ToolCallState = {
      type: "toolCall",
      toolCallId,
      title: title ?? before?.title ?? "Tool call",
      kind: kindOf(fragment.kind) ?? before?.kind ?? "other",
      status,
      input: inputOf(fragment.rawInput) ?? before?.input ?? null,
      output: output ?? before?.output ?? null,
      exitCode: terminal.exitCode ?? before?.exitCode ?? null,
      diffs: diffs.length > 0 ? diffs : (before?.diffs ?? []),
    };
    this.#keep(merged);
    return this.#withoutUnchanged(merged);
  }

  /** Returns the current state, or null if the call is unknown. */
  find(toolCallId: string): ToolCallState | null {
    return this.#calls.get(toolCallId) ?? null;
  }

  /** Marks open calls as failed, and returns them. Some harnesses do not complete their calls when a prompt is canceled. */
  closeOpen(): ToolCallState[] {
    const open = [...this.#calls.values()].filter((call) => !isClosed(call));
    return open.map((call) => {
      const closed: ToolCallState = { ...call, status: "failed" };
      this.#keep(closed);
      return closed;
    });
  }

  #withoutUnchanged(call: ToolCallState): ToolCallState | null {
    const reported = this.#reported.get(call.toolCallId);
    if (reported !== undefined && !hasChanged(call, reported)) return null;
    if (this.#calls.has(call.toolCallId)) this.#reported.set(call.toolCallId, call);
    return call;
  }

  #keep(call: ToolCallState): void {
    const place = this.#calls.get(call.toolCallId);
    if (place !== undefined) this.#count(place, -1);
    this.#calls.set(call.toolCallId, call);
    this.#count(call, 1);
    for (const old of this.#calls.values()) {
      const isCrowded = this.#calls.size - this.#openCount > maxClosedCalls || this.#keptChars > maxKeptChars;
      if (!isCrowded) return;
      if (isClosed(old)) this.#forget(old);
    }
    // All stored calls are open, so later fragments of this call are sent without the call's earlier texts.
    if (this.#keptChars > maxKeptChars && this.#calls.has(call.toolCallId)) {
      this.#forget(call);
      const bare = { ...call, input: null, output: null, diffs: [] };
      this.#calls.set(call.toolCallId, bare);
      this.#count(bare, 1);
    }
  }

  #forget(call: ToolCallState): void {
    this.#calls.delete(call.toolCallId);
    this.#reported.delete(call.toolCallId);
    this.#count(call, -1);
  }

  #count(call: ToolCallState, sign: 1 | -1): void {
    this.#keptChars += sign * updateSize(call);
    if (!isClosed(call)) this.#openCount += sign;
  }
}

function idOf(id: unknown): string {
  if (typeof id !== "string" || id === "" || id.length > maxIdChars)
    throw new TypeError("a tool call has no usable id");
  return id;
}

function isClosed(call: ToolCallState): boolean {
  return call.status === "completed" || call.status === "failed";
}

/**
 * True if the call has changes to send. Each update contains the whole call. Therefore, new output of a running program is sent only when
 * its length has doubled.
 */
function hasChanged(call: ToolCallState, reported: ToolCallState): boolean {
  for (const name of ["title", "kind", "status", "input", "exitCode", "diffs"] as const) {
    if (call[name] !== reported[name]) return true;
  }
  return call.output !== reported.output && (call.output ?? "").length >= (reported.output ?? "").length * 2;
}

function kindOf(kind: unknown): ToolCallState["kind"] | null {
  if (!kind) return null;
  return kinds.has(kind as string) ? (kind as ToolCallState["kind"]) : "other";
}

function inputOf(rawInput: unknown): string | null {
  if (rawInput === undefined || rawInput === null) return null;
  const text = jsonOf(rawInput);
  return text === "{}" ? null : cutTo(maxEventTextLength, text);
}

function outputOf(fragment: ToolCallUpdate): string | null {
  const text = (fragment.content ?? [])
    .map((part) =>
      part.type === "content" && part.content.type === "text"
        ? readText(part.content.text, maxEventTextLength * 2)
        : "",
    )
    .filter((part) => part !== "")
    .join("\n");
  if (text !== "") return cutTo(maxEventTextLength, withoutFence(text));
  const raw = fragment.rawOutput;
  if (raw === undefined || raw === null) return null;
  const inRaw = typeof raw === "object" ? textInRaw(raw) : undefined;
  return inRaw === null ? null : cutTo(maxEventTextLength, inRaw ?? jsonOf(raw));
}

/** Returns a string unchanged, and any other value as JSON, or as a note if it is nested too deeply. */
function jsonOf(value: unknown): string {
  if (typeof value === "string") return value;
  try {
    return JSON.stringify(value);
  } catch (error) {
    // Deeply nested JSON can be parsed but not serialized.
    if (error instanceof RangeError) return "(nested too deeply to be shown)";
    throw error;
  }
}

/** Removes the Markdown fence with which some harnesses surround the whole output for display in editors. */
function withoutFence(text: string): string {
  return /^```\w*\n([\s\S]*?)\n?```$/.exec(text.trim())?.[1] ?? text;
}

function diffsOf(edits: readonly Edit[], cwd: string): ToolCallState["diffs"] {
  let remainingChars = maxDiffCharsOfCall;
  const cut = (text: unknown) => {
    const kept = readText(text, Math.min(maxDiffChars, remainingChars));
    remainingChars -= kept.length;
    return kept;
  };
  return edits.slice(0, maxDiffs).map((diff) => ({
    path: pathOf(diff.path, cwd),
    oldText: diff.oldText === undefined || diff.oldText === null ? null : cut(diff.oldText),
    newText: cut(diff.newText),
  }));
}

/** Resolves a path as the sandbox would. Also resolves `..`, so that no path falsely appears to be in the workspace. */
function pathOf(path: unknown, cwd: string): string {
  return posix.resolve(cwd, readText(path, maxPathChars));
}
