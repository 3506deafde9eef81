const lineFeed = 0x0a;

/** Splits chunks into lines and removes the line endings. Drops a line that exceeds the limit and reports it as null. */
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
