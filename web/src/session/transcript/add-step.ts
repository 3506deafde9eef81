import { addItem, type Draft, findLastItem, itemAt, replaceItem } from "./draft.ts";
import type { StepLine } from "./item.ts";

/**
 * Adds a step of the server to the newest row if it shows steps, and otherwise in a new row. Progress of an activity
 * replaces the previous progress in the turn, even if other rows followed.
 */
export function addStep(
  draft: Draft,
  { key, at }: { readonly key: string; readonly at: string },
  line: StepLine,
): void {
  const activityKey = `activity:${draft.turn?.turnId ?? ""}:${line.activity}`;
  const known = line.activity === null ? null : itemAt(draft, activityKey, "steps");
  const row = known ?? findLastItem(draft, "steps");
  if (row === null) addItem(draft, key, at, { kind: "steps", lines: [line], endedAt: at });
  else replaceItem(draft, row.index, { kind: "steps", lines: withLine(row.item.lines, line), endedAt: at });
  if (line.activity !== null) draft.places.set(activityKey, row?.index ?? draft.items.length - 1);
}

function withLine(lines: readonly StepLine[], line: StepLine): readonly StepLine[] {
  const index = line.activity === null ? -1 : lines.findIndex(({ activity }) => activity === line.activity);
  return index === -1 ? [...lines, line] : lines.with(index, line);
}
