const lineFeed = 0x0a;

/**
 * Tells the lines of a stream, without their line ends, that hold one of the marks. A line longer than the bound is left out.
 * Whole chunks are searched for the marks: taking a stream apart line by line would cost many times what carrying it does.
 */
export function findLines(
  marks: readonly string[],
  maxLineBytes: number,
  onLine: (line: Buffer) => void,
): (chunk: Buffer) => void {
  let parts: Buffer[] = [];
  let size = 0;
  const add = (part: Buffer) => {
    size += part.length;
    if (size <= maxLineBytes) parts.push(part);
    else parts = [];
  };
  const tellMarked = (lines: Buffer) => {
    const nextMark = searchMarks(lines, marks);
    for (let at = nextMark(0); at < lines.length; ) {
      const start = lines.lastIndexOf(lineFeed, at) + 1;
      const found = lines.indexOf(lineFeed, at);
      const end = found < 0 ? lines.length : found;
      if (end - start <= maxLineBytes) onLine(lines.subarray(start, end));
      at = nextMark(end);
    }
  };
  return (chunk) => {
    const first = chunk.indexOf(lineFeed);
    if (first < 0) {
      add(chunk);
      return;
    }
    const last = chunk.lastIndexOf(lineFeed);
    add(chunk.subarray(0, first));
    if (size <= maxLineBytes) tellMarked(Buffer.concat(parts));
    if (last > first) tellMarked(chunk.subarray(first + 1, last));
    parts = [];
    size = 0;
    if (last + 1 < chunk.length) add(chunk.subarray(last + 1));
  };
}

/** Gives where the first of the marks is from a place on, which only grows; Infinity for nowhere. */
function searchMarks(lines: Buffer, marks: readonly string[]): (from: number) => number {
  // Kept, so that each mark is looked for once over the whole.
  const places = marks.map(() => -1);
  return (from) => {
    for (const [index, mark] of marks.entries()) {
      if (places[index]! >= from) continue;
      const at = lines.indexOf(mark, from, "latin1");
      places[index] = at < 0 ? Number.POSITIVE_INFINITY : at;
    }
    return Math.min(...places);
  };
}
