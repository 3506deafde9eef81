import type { Span, Terminal } from "./terminal.ts";

/** Rows under a heading on a terminal; tab-separated without one when piped, so that cut and awk read them. */
export function printTable(
  terminal: Terminal,
  heading: readonly string[],
  rows: readonly (readonly string[])[],
): void {
  if (!terminal.isInteractive) {
    for (const row of rows) terminal.line(row.map((cell) => cell.replaceAll(/\s+/g, " ")).join("\t"));
    return;
  }
  const widths = heading.map((name, column) =>
    Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const pad = (row: readonly string[]) =>
    row
      .map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)))
      .join("  ");
  terminal.line({ style: "dim", text: pad(heading) } satisfies Span);
  for (const row of rows) terminal.line(pad(row));
}
