/** Of both protocols; the driver outside takes no longer ones either. */
const maxLineBytes = 16 * 1024 * 1024;

/**
 * Lines of a stream. They end with a line feed alone: node:readline would end them at U+2028 too, which JSON may hold. Throws at a line that
 * is too long, as what comes after it could not be understood.
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

/** Undefined for what is no JSON object. */
function parseObject(line) {
  try {
    const value = JSON.parse(line);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Resolves when the stream takes more: who writes waits for who reads. */
function writeLine(stream, value) {
  return new Promise((resolve) => {
    if (stream.write(`${JSON.stringify(value)}\n`)) resolve();
    else stream.once("drain", resolve);
  });
}

module.exports = { readLines, parseObject, writeLine };
