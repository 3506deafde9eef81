import { planKey, type Transcript } from "./draft.ts";
import type { ItemOf } from "./item.ts";

type Entries = ItemOf<"plan">["entries"];

/** Returns the task list of the running turn, or null if there is none. */
export function findRunningPlan({ items, places, turn }: Transcript): ItemOf<"plan"> | null {
  const item = turn === null ? undefined : items[places.get(planKey(turn)) ?? -1];
  return item?.kind === "plan" && item.entries.length > 0 ? item : null;
}

/** Returns the step that the agent works on, or the next one between two steps, or the last one after all of them. */
export function findCurrentStep(entries: Entries): { readonly number: number; readonly content: string } {
  const running = entries.findIndex(({ status }) => status === "inProgress");
  const index = running === -1 ? entries.findIndex(({ status }) => status === "pending") : running;
  const at = index === -1 ? entries.length - 1 : index;
  return { number: at + 1, content: entries[at]?.content ?? "" };
}

export function countDone(entries: Entries): number {
  return entries.filter(({ status }) => status === "completed").length;
}
