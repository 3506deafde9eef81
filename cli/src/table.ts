import { clean } from "./clean.ts";
import { fitted, padded, textWidth } from "./screen/text-width.ts";
import { styled, type Terminal } from "./terminal.ts";

/** Minimum width of a truncated text column. */
const leastWidth = 12;
const gap = 2;

/** Cell content. If the output is piped, prints `raw`, which is the API's value, instead of `text`. */
export type Cell = string | { readonly text: string; readonly raw: string };

/**
 * Prints rows. On a terminal, prints a heading and local times, and fits rows to the terminal's width. IDs and URLs are
 * never truncated. If the output is piped, prints API values separated by tabs without a heading, for tools such as cut
 * and awk.
 */
export function printTable(
  terminal: Terminal,
  heading: readonly string[],
  rows: readonly (readonly Cell[])[],
): void {
  const { columns } = terminal;
  const flat = rows.map((row) => row.map((cell) => clean(shown(terminal, cell)).replaceAll(/\s+/g, " ")));
  if (columns === null) {
    for (const row of flat) terminal.line(row.join("\t"));
    return;
  }
  const widths = fittingWidths(heading, flat, columns);
  const lineOf = (row: readonly string[]) =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return column === row.length - 1 ? fitted(cell, width) : padded(fitted(cell, width), width + gap);
      })
      .join("");
  terminal.line(styled("dim", lineOf(heading)));
  for (const row of flat) terminal.line(lineOf(row));
  if (rows.length === 0) terminal.note(styled("dim", "No results."));
}

/** Prints names and values, one per line. Omits names without a value. */
export function printFields(
  terminal: Terminal,
  fields: readonly (readonly [name: string, value: Cell | null])[],
): void {
  const width = Math.max(0, ...fields.map(([name]) => name.length)) + gap;
  for (const [name, value] of fields)
    if (value !== null) terminal.line(styled("dim", padded(`${name}:`, width)), shown(terminal, value));
}

function shown({ columns, moment }: Terminal, cell: Cell): string {
  if (columns === null) return typeof cell === "string" ? cell : cell.raw;
  const text = typeof cell === "string" ? cell : cell.text;
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(text) ? moment(text) : text;
}

/**
 * Returns column widths that fit, if possible. The widest column shrinks first. The first column and columns with IDs
 * or URLs do not shrink, because users copy their values. Other columns keep `leastWidth` columns.
 */
function fittingWidths(
  heading: readonly string[],
  rows: readonly (readonly string[])[],
  columns: number,
): number[] {
  const widths = heading.map((name, column) =>
    Math.max(textWidth(name), ...rows.map((row) => textWidth(row[column] ?? ""))),
  );
  const isCut = heading.map(
    (_, column) =>
      column > 0 && !rows.some((row) => /^(https?:|[0-9a-f]{8}-[0-9a-f-]{27}$)/.test(row[column] ?? "")),
  );
  let over = widths.reduce((sum, width) => sum + width + gap, -gap) - columns;
  while (over > 0) {
    const cuttable = widths.flatMap((width, column) => (isCut[column] && width > leastWidth ? [width] : []));
    const widest = Math.max(0, ...cuttable);
    const column = widths.findIndex((width, index) => isCut[index] && width === widest && width > leastWidth);
    if (column < 0) break;
    const next = Math.max(leastWidth, ...cuttable.filter((width) => width < widest));
    const cut = Math.min(over, Math.max(1, widest - next));
    widths[column] = widest - cut;
    over -= cut;
  }
  return widths;
}
