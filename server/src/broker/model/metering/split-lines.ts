const lineFeed = 0x0a;

/**
 * Returns a function that splits chunks into lines at line feeds, without the line feeds. Calls `onLine` with null for a line that is longer
 * than `maxLineBytes`. Ignores a last line that has no line feed.
 */
export function splitLines(
  maxLineBytes: number,
  onLine: (line: Buffer | null) => void,
): (chunk: Buffer) => void {
  let parts: Buffer[] = [];
  let size = 0;
  const add = (part: Buffer) => {
    size += part.length;
    if (size <= maxLineBytes) parts.push(part);
    else parts = [];
  };
  return (chunk) => {
    let from = 0;
    for (let at = chunk.indexOf(lineFeed); at >= 0; at = chunk.indexOf(lineFeed, from)) {
      add(chunk.subarray(from, at));
      onLine(size <= maxLineBytes ? Buffer.concat(parts) : null);
      parts = [];
      size = 0;
      from = at + 1;
    }
    if (from < chunk.length) add(chunk.subarray(from));
  };
}
