import { addUp, countCallLines, type LineCounts } from "./count-lines.ts";
import { type CallClass, classifyCall, hasFailed } from "./describe-call.ts";
import type { ItemOf, TranscriptItem } from "./item.ts";

export interface CallSummary extends LineCounts {
  /** Files that were read. */
  readonly read: number;
  readonly searches: number;
  /** Files that were changed. */
  readonly edited: number;
  readonly commands: number;
  readonly fetched: number;
  readonly others: number;
  readonly failed: number;
  /** Class of the failed calls, or "other" if they have different classes. */
  readonly failedClass: CallClass;
  readonly isRunning: boolean;
}

/** Summarizes the tool calls of a group. A file that several calls read or changed counts once. */
export function summarizeCalls(items: readonly TranscriptItem[]): CallSummary {
  const calls = items.filter((item): item is ItemOf<"tool"> => item.kind === "tool");
  const numbers = { searches: 0, commands: 0, fetched: 0, others: 0, failed: 0 };
  const read = new Set<string>();
  const edited = new Set<string>();
  let failedClass: CallClass | null = null;
  for (const call of calls) {
    const kind = classifyCall(call);
    if (hasFailed(call)) {
      failedClass = failedClass === null || failedClass === kind ? kind : "other";
      numbers.failed += 1;
    }
    if (kind === "read") read.add(call.title);
    else if (kind === "edit" && call.status !== "failed") for (const file of filesOf(call)) edited.add(file);
    else if (kind === "search") numbers.searches += 1;
    else if (kind === "command") numbers.commands += 1;
    else if (kind === "fetch") numbers.fetched += 1;
    else if (kind === "other") numbers.others += 1;
  }
  return {
    ...numbers,
    ...addUp(calls.map(countCallLines)),
    failedClass: failedClass ?? "other",
    read: read.size,
    edited: edited.size,
    isRunning: calls.some(({ status }) => status === "pending" || status === "running"),
  };
}

function filesOf({ diffs, title }: ItemOf<"tool">): readonly string[] {
  return diffs.length > 0 ? diffs.map(({ path }) => path) : [title];
}
