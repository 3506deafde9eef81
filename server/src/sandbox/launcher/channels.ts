import { constants } from "node:os";
import type { Readable } from "node:stream";

/**
 * Maximum length of the data on a channel. Valid data never reaches it, but programs inside a sandbox could otherwise send an endless
 * stream.
 */
const maxCharacters = 4_096;

/** Report that the launcher sends on its channel. */
export interface Report {
  readonly isStarted: boolean;
  /** Exit status of the program, or null if the launcher sent no valid report, for example because it was killed. */
  readonly exit: { readonly code: number | null; readonly signal: string | null } | null;
}

/** Returns the host pid of the sandbox's first process, or null if the sandbox exited before creating that process. */
export async function readSandboxPid(info: Readable): Promise<number | null> {
  const found = /"child-pid":\s*(\d+)/.exec(await readToEnd(info));
  return found === null ? null : Number(found[1]);
}

export async function readReport(channel: Readable): Promise<Report> {
  return parseReport(await readToEnd(channel));
}

export function parseReport(text: string): Report {
  const [started, exit] = text.split("\n");
  return { isStarted: started === "started", exit: parseExit(exit) };
}

/** Parses a line of the report, or returns null if it is malformed, because programs of the sandbox's user can also write to the channel. */
function parseExit(line: string | undefined): Report["exit"] {
  const [, kind, number] = /^(exit|signal) (\d{1,3})$/.exec(line ?? "") ?? [];
  if (number === undefined) return null;
  if (kind === "exit") return { code: Number(number), signal: null };
  return { code: null, signal: signalNames.get(Number(number)) ?? `SIG${number}` };
}

/** Signal names by number. If a number has two names, such as SIGABRT and SIGIOT, the map contains the first. */
const signalNames = new Map(
  Object.entries(constants.signals)
    .toReversed()
    .map(([name, number]) => [number, name]),
);

/** Reads a stream to its end and returns its beginning, which `maxCharacters` limits. A failed stream counts as ended. */
async function readToEnd(stream: Readable): Promise<string> {
  let text = "";
  stream.on("data", (chunk: Buffer) => {
    if (text.length < maxCharacters) text += chunk.toString("latin1").slice(0, maxCharacters);
  });
  stream.on("error", () => {});
  // Does not use `events.once`, which would reject on the error.
  if (!stream.closed) await new Promise((resolve) => stream.once("close", resolve));
  return text;
}
