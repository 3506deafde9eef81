import type { Row } from "./row.ts";

/**
 * Formats the matrix with one line per row and one column per harness. The reasons for each "no" are below the matrix.
 */
export function formatTable(
  harnesses: readonly string[],
  rows: readonly Row[],
  outcomeOf: (harness: string, row: string) => string,
): string {
  const reasons: string[] = [];
  const lines = rows.map(({ name }) => [
    name,
    ...harnesses.map((harness) => {
      const [outcome = "", why] = splitOnce(outcomeOf(harness, name), ": ");
      if (why !== undefined) reasons.push(`${harness}, ${name}: ${why}`);
      return outcome;
    }),
  ]);
  const all = [["", ...harnesses], ...lines];
  const widths = all[0]!.map((_, column) => Math.max(...all.map((line) => line[column]!.length)));
  const table = all.map((line) =>
    line
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join("  ")
      .trimEnd(),
  );
  return [...table, ...(reasons.length > 0 ? ["", ...reasons] : [])].join("\n");
}

function splitOnce(text: string, separator: string): readonly string[] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + separator.length)];
}
