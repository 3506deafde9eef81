import { constants } from "node:os";
import type { Readable } from "node:stream";

/** More than either channel ever carries; what is inside a sandbox could try to send without end. */
const maxCharacters = 4_096;

/** What the launcher said on its channel. */
export interface Report {
  readonly isStarted: boolean;
  /** Null when the launcher was killed before it could tell. */
  readonly exit: { readonly code: number | null; readonly signal: string | null } | null;
}

/** The pid, as the host counts, of the sandbox's first process; null when the sandbox ended before it made one. */
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

/** Null for anything but a well-formed line: the sandbox's user could write here too. */
function parseExit(line: string | undefined): Report["exit"] {
  const [, kind, number] = /^(exit|signal) (\d{1,3})$/.exec(line ?? "") ?? [];
  if (number === undefined) return null;
  if (kind === "exit") return { code: Number(number), signal: null };
  return { code: null, signal: signalNames.get(Number(number)) ?? `SIG${number}` };
}

/** Of two names for one number (SIGABRT, SIGIOT) the first. */
const signalNames = new Map(
  Object.entries(constants.signals)
    .toReversed()
    .map(([name, number]) => [number, name]),
);

/** A channel that breaks has said all it will say. */
async function readToEnd(stream: Readable): Promise<string> {
  let text = "";
  stream.on("data", (chunk: Buffer) => {
    if (text.length < maxCharacters) text += chunk.toString("latin1").slice(0, maxCharacters);
  });
  stream.on("error", () => {});
  // Not events.once: it would reject on the error.
  if (!stream.closed) await new Promise((resolve) => stream.once("close", resolve));
  return text;
}
