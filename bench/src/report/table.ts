import { describeGoal, type Figure, formatValue, isMet, ratioOf } from "./figure.ts";
import { describeMachine } from "./machine.ts";
import type { SavedResult } from "./saved-result.ts";

const HEAD = ["figure", "floor", "peer", "product", "ratio", "goal", "met"];
const RUN_HEAD = [...HEAD, "machine", "date", "command"];

/** Renders one row per figure, with aligned columns. */
export function renderTable(figures: readonly Figure[]): string {
  return align([HEAD, ...figures.map(cellsOf)]);
}

/** Renders the figures of several results in one table, with the machine, the date and the command of each. */
export function renderRun(results: readonly SavedResult[]): string {
  const rows = results.flatMap(({ figures, machine, date, command }) =>
    figures.map((figure) => [...cellsOf(figure), describeMachine(machine), date.slice(0, 10), command]),
  );
  return align([RUN_HEAD, ...rows]);
}

/** Returns the cells of a figure in the order of the columns. */
function cellsOf(figure: Figure): string[] {
  const { floor, peer, unit } = figure;
  const met = isMet(figure);
  return [
    figure.name,
    floor === null ? "-" : formatValue(floor, unit),
    peer === undefined ? "-" : `${formatValue(peer.value, unit)} (${peer.name})`,
    formatValue(figure.product, unit),
    ratioOf(figure)?.toFixed(2) ?? "-",
    describeGoal(figure),
    met === null ? "-" : met ? "yes" : "NO",
  ];
}

/** Renders rows with aligned columns. The first row is the head. */
export function align(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_title, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join("  ")
      .trimEnd(),
  );
  lines.splice(1, 0, widths.map((width) => "-".repeat(width)).join("  "));
  return lines.join("\n");
}
