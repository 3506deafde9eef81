import { describeGoal, type Figure, formatValue, isMet, ratioOf } from "./figure.ts";

const HEAD = ["figure", "product", "floor", "ratio", "goal", "met"];

/** Renders one row per figure, with aligned columns. */
export function renderTable(figures: readonly Figure[]): string {
  const rows = [HEAD, ...figures.map(rowOf)];
  const widths = HEAD.map((_title, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join("  ")
      .trimEnd(),
  );
  lines.splice(1, 0, widths.map((width) => "-".repeat(width)).join("  "));
  return lines.join("\n");
}

function rowOf(figure: Figure): string[] {
  const met = isMet(figure);
  return [
    figure.name,
    formatValue(figure.product, figure.unit),
    figure.floor === null ? "-" : formatValue(figure.floor, figure.unit),
    ratioOf(figure)?.toFixed(2) ?? "-",
    describeGoal(figure),
    met === null ? "-" : met ? "yes" : "NO",
  ];
}
