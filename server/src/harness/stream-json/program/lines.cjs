/** Maximum length of a line in both protocols. The driver outside the sandbox has a lower limit, 8 MiB. */
const maxLineBytes = 16 * 1024 * 1024;

/**
 * Yields the lines of a stream. Splits lines only at line feeds, because node:readline would also split at U+2028, which JSON may contain.
 * Throws if a line is too long.
 */
async function* readLines(stream) {
  let pieces = [];
  let bytes = 0;
  for await (const chunk of stream) {
    let from = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, from)) {
      yield Buffer.concat([...pieces, chunk.subarray(from, end)]).toString("utf8");
      pieces = [];
      bytes = 0;
      from = end + 1;
    }
    if (from === chunk.length) continue;
    pieces.push(chunk.subarray(from));
    bytes += chunk.length - from;
    if (bytes > maxLineBytes) throw new Error(`it wrote a line of more than ${maxLineBytes} bytes`);
  }
  if (bytes > 0) yield Buffer.concat(pieces).toString("utf8");
}

/** Parses a line, or returns undefined if it is not a JSON object. */
function parseObject(line) {
  try {
    const value = JSON.parse(line);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Writes a line. Resolves when the stream accepts more data, so that the writer waits for the reader. */
function writeLine(stream, value) {
  return new Promise((resolve) => {
    if (stream.write(`${JSON.stringify(value)}\n`)) resolve();
    else stream.once("drain", resolve);
  });
}

module.exports = { readLines, parseObject, writeLine };
