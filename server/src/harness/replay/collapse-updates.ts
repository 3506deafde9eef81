import type { HarnessUpdate } from "../../core/turns/index.ts";

/**
 * The same story however quickly it was told: words that follow each other are one, and of upserts of one call that follow each other
 * the last stands for all, as of lists of commands. Notices are left out: they are of the driver and of the product.
 */
export function collapseUpdates(updates: readonly HarnessUpdate[]): HarnessUpdate[] {
  const told: HarnessUpdate[] = [];
  for (const update of updates) {
    const last = told.at(-1);
    if (update.type === "notice") continue;
    if ((update.type === "text" || update.type === "thought") && last?.type === update.type) {
      told[told.length - 1] = { type: update.type, text: last.text + update.text };
    } else if (last !== undefined && isReplaced(last, update)) {
      told[told.length - 1] = update;
    } else {
      told.push(update);
    }
  }
  return told;
}

function isReplaced(last: HarnessUpdate, update: HarnessUpdate): boolean {
  if (update.type === "toolCall") return last.type === "toolCall" && last.toolCallId === update.toolCallId;
  return update.type === "availableCommands" && last.type === "availableCommands";
}
