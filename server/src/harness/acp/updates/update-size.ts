import type { HarnessUpdate } from "../../../core/turns/index.ts";

/** Returns the approximate number of characters in an update. */
export function updateSize(update: HarnessUpdate): number {
  switch (update.type) {
    case "text":
    case "thought":
      return update.text.length;
    case "toolCall":
      return 100 + update.title.length + toolCallSize(update);
    case "plan":
      return update.entries.reduce((sum, entry) => sum + entry.content.length, 100);
    case "availableCommands":
      return update.commands.reduce((sum, one) => sum + one.name.length + one.description.length, 100);
    default:
      return 100;
  }
}

function toolCallSize({ input, output, diffs }: Extract<HarnessUpdate, { type: "toolCall" }>): number {
  const inDiffs = diffs.reduce(
    (sum, diff) => sum + diff.path.length + (diff.oldText?.length ?? 0) + diff.newText.length,
    0,
  );
  return inDiffs + (input?.length ?? 0) + (output?.length ?? 0);
}
