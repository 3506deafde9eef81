import { Transform } from "node:stream";

/** Returns the text with each of the values replaced by asterisks. */
export function maskText(text: string, values: readonly string[]): string {
  return values.reduce((masked, value) => masked.replaceAll(value, "*".repeat(value.length)), text);
}

/**
 * Replaces each value in a byte stream with the same number of asterisks as it has bytes, so that `content-length` remains correct. Also
 * finds a value that is split across chunks. Delays only bytes that may be the start of a value, so that event streams are not delayed.
 */
export function maskBytes(values: readonly string[]): Transform {
  const needles = values.map((value) => Buffer.from(value)).sort((one, other) => other.length - one.length);
  let held: Buffer = Buffer.alloc(0);
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      // Copies the chunk, because it belongs to the sender.
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

/** Returns the number of trailing bytes that may be the start of a needle. */
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
