import { Transform } from "node:stream";

/** The text with each of the values as stars. */
export function maskText(text: string, values: readonly string[]): string {
  return values.reduce((masked, value) => masked.replaceAll(value, "*".repeat(value.length)), text);
}

/**
 * Passes bytes on with each of the values as stars, as many as it has bytes: lengths stay what was announced. A value that
 * is cut over several chunks is found too. Only what may be the beginning of a value is held back, so that a stream of
 * events is not delayed.
 */
export function maskBytes(values: readonly string[]): Transform {
  const needles = values.map((value) => Buffer.from(value)).sort((one, other) => other.length - one.length);
  let held: Buffer = Buffer.alloc(0);
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      // A copy: the chunk is not ours to write into.
      const bytes = Buffer.concat([held, chunk]);
      for (const needle of needles) blank(bytes, needle);
      const end = bytes.length - longestBeginning(bytes, needles);
      held = bytes.subarray(end);
      done(null, bytes.subarray(0, end));
    },
    flush(done) {
      done(null, held);
    },
  });
}

function blank(bytes: Buffer, needle: Buffer): void {
  for (let at = bytes.indexOf(needle); at !== -1; at = bytes.indexOf(needle, at + needle.length)) {
    bytes.fill("*", at, at + needle.length);
  }
}

/** How many of the last bytes may be the beginning of a needle. */
function longestBeginning(bytes: Buffer, needles: readonly Buffer[]): number {
  let longest = 0;
  for (const needle of needles) {
    const most = Math.min(needle.length - 1, bytes.length);
    for (let length = most; length > longest; length -= 1) {
      if (bytes.subarray(bytes.length - length).equals(needle.subarray(0, length))) {
        longest = length;
        break;
      }
    }
  }
  return longest;
}
