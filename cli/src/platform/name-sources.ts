import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const place = /(file:\/\/[^\s()]+\.js):(\d+):\d+/;

/** Content of the file `NAME.js.lines` beside a file of a bundle. scripts/release/bundle.ts describes and writes it. */
interface Lines {
  readonly sources: readonly string[];
  readonly lines: Buffer;
}

/**
 * Makes stack traces name the source files of a bundle and their lines. Node's own support for source maps needs much more memory, and Node reads
 * the stack of every error of a socket.
 */
export function nameSources(): void {
  const known = new Map<string, Lines | null>();
  const linesOf = (url: string): Lines | null => {
    const lines = known.get(url) ?? (known.has(url) ? null : readLines(url));
    known.set(url, lines);
    return lines;
  };
  const nameSource = (frame: string): string =>
    frame.replace(place, (text, url: string, line: string) => {
      const lines = linesOf(url);
      const at = (Number(line) - 1) * 4;
      const source = lines?.sources[lines.lines.readUInt16LE(at)] ?? "";
      return source === "" ? text : `${new URL(source, url).href}:${lines?.lines.readUInt16LE(at + 2)}`;
    });
  Error.prepareStackTrace = (error, frames) =>
    [
      Error.prototype.toString.call(error),
      ...frames.map((frame) => `    at ${nameSource(String(frame))}`),
    ].join("\n");
}

function readLines(url: string): Lines | null {
  const file = `${fileURLToPath(url)}.lines`;
  if (!existsSync(file)) return null;
  const { sources, lines } = JSON.parse(readFileSync(file, "utf8"));
  return { sources, lines: Buffer.from(lines, "base64") };
}
