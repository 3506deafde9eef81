/** Limits of a table that is shown. A file can have millions of cells, and each cell is an element of the page. */
export interface TableLimits {
  readonly rows: number;
  readonly columns: number;
  /** Maximum length of a cell in characters. */
  readonly cell: number;
}

export interface Table {
  readonly rows: readonly (readonly string[])[];
  /** True if rows, columns or text of cells are missing. */
  readonly isCut: boolean;
}

/**
 * Parses CSV (RFC 4180) up to the limits. The first line decides whether commas, semicolons or tabs separate the cells.
 * An unclosed quote ends with the text. Pure.
 */
export function parseCsv(text: string, limits: TableLimits): Table {
  const separator = separatorOf(text);
  const rows: string[][] = [];
  let isCut = false;
  let row: string[] = [];
  let at = text.startsWith("\uFEFF") ? 1 : 0;
  while (at < text.length) {
    if (rows.length === limits.rows) return { rows, isCut: true };
    const cell = text[at] === '"' ? quotedCell(text, at, separator) : plainCell(text, at, separator);
    if (row.length < limits.columns && cell.value.length <= limits.cell) row.push(cell.value);
    else {
      isCut = true;
      if (row.length < limits.columns) row.push(`${cell.value.slice(0, limits.cell)}…`);
    }
    at = cell.end;
    if (text[at] === separator) {
      at += 1;
      // A separator at the end of the text is followed by an empty cell.
      if (at < text.length) continue;
      if (row.length < limits.columns) row.push("");
    }
    if (text[at] === "\r" && text[at + 1] === "\n") at += 1;
    at += 1;
    rows.push(row);
    row = [];
  }
  return { rows, isCut };
}

interface Cell {
  readonly value: string;
  /** Index of the separator or line end after the cell. */
  readonly end: number;
}

function plainCell(text: string, start: number, separator: string): Cell {
  let end = start;
  while (end < text.length && text[end] !== separator && text[end] !== "\n" && text[end] !== "\r") end += 1;
  return { value: text.slice(start, end), end };
}

/** Text after the closing quote, which the format does not allow, belongs to the cell. */
function quotedCell(text: string, start: number, separator: string): Cell {
  let from = start + 1;
  let quote = text.indexOf('"', from);
  while (quote !== -1 && text[quote + 1] === '"') {
    from = quote + 2;
    quote = text.indexOf('"', from);
  }
  const close = quote === -1 ? text.length : quote;
  const value = text.slice(start + 1, close).replaceAll('""', '"');
  const after = plainCell(text, close + 1, separator);
  return { value: value + after.value, end: after.end };
}

function separatorOf(text: string): string {
  const [line = ""] = /^[^\r\n]*/.exec(text.slice(0, 10_000)) ?? [];
  const counts = [",", ";", "\t"].map((sign) => [sign, line.split(sign).length] as const);
  return counts.reduce((best, next) => (next[1] > best[1] ? next : best))[0];
}
