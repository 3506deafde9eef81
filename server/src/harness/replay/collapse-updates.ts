import type { HarnessUpdate } from "../../core/turns/index.ts";

/**
 * Normalizes updates, so that the result does not depend on their timing. Joins consecutive texts. Keeps only the last of consecutive
 * updates of the same call, and the last of consecutive command lists. Omits notices, which come from the driver and the product.
 */
export function collapseUpdates(updates: readonly HarnessUpdate[]): HarnessUpdate[] {
  const collapsed: HarnessUpdate[] = [];
  for (const update of updates) {
    const last = collapsed.at(-1);
    if (update.type === "notice") continue;
    if ((update.type === "text" || update.type === "thought") && last?.type === update.type) {
      collapsed[collapsed.length - 1] = { type: update.type, text: last.text + update.text };
    } else if (last !== undefined && isReplaced(last, update)) {
      collapsed[collapsed.length - 1] = update;
    } else {
      collapsed.push(update);
    }
  }
  return collapsed;
}

function isReplaced(last: HarnessUpdate, update: HarnessUpdate): boolean {
  if (update.type === "toolCall") return last.type === "toolCall" && last.toolCallId === update.toolCallId;
  return update.type === "availableCommands" && last.type === "availableCommands";
}
