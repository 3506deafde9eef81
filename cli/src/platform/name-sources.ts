import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const place = /(file:\/\/[^\s()]+\.js):(\d+):\d+/;

/** Content of the file `NAME.js.lines` beside a file of a bundle. scripts/release/bundle.ts describes and writes it. */
interface Lines {
  readonly sources: readonly string[];
  readonly lines: Buffer;
}

/**
 * Makes stack traces name the source files of a bundle and their lines. Node's own support for source maps needs much more memory, and Node reads
 * the stack of every error of a socket. A file without a usable table keeps its own name and lines.
 */
export function nameSources(): void {
  const tables = new Map<string, Lines | null>();
  const sourceOf = (url: string, line: number): string | null => {
    try {
      if (!tables.has(url)) {
        // An error that Node creates during the read must not read the table again.
        tables.set(url, null);
        tables.set(url, readLines(url));
      }
      return findSource(tables.get(url)!, url, line);
    } catch {
      // Not reported and not thrown: this runs while Node reads the stack of an error, for example in destroy(). An
      // error here would replace that one and end the process. The table may be missing, incomplete or unreadable.
      tables.set(url, null);
      return null;
    }
  };
  const nameSource = (frame: string): string =>
    frame.replace(place, (text, url: string, line: string) => sourceOf(url, Number(line)) ?? text);
  Error.prepareStackTrace = (error, frames) =>
    [describe(error), ...frames.map((frame) => `    at ${nameSource(String(frame))}`)].join("\n");
}

function readLines(url: string): Lines {
  const { sources, lines } = JSON.parse(readFileSync(`${fileURLToPath(url)}.lines`, "utf8"));
  return { sources, lines: Buffer.from(lines, "base64") };
}

function findSource(table: Lines | null, url: string, line: number): string | null {
  const at = (line - 1) * 4;
  if (table === null || at + 4 > table.lines.length) return null;
  const source = table.sources[table.lines.readUInt16LE(at)] ?? "";
  return source === "" ? null : `${new URL(source, url).href}:${table.lines.readUInt16LE(at + 2)}`;
}

/** Returns the first line of a stack trace. As Node does, it includes the code of Node's own errors. */
function describe(error: Error): string {
  const { code } = error as NodeJS.ErrnoException;
  return typeof code === "string" && code.startsWith("ERR_")
    ? `${error.name} [${code}]: ${error.message}`
    : Error.prototype.toString.call(error);
}
