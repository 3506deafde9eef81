import { stat, statfs } from "node:fs/promises";
import type { SandboxLimits } from "../../core/turns/index.ts";
import { delay } from "../../runtime/delay.ts";
import { retry } from "../../runtime/retry.ts";
import { countInFlight } from "./count-in-flight.ts";
import {
  boundsFrom,
  hiddenVerdict,
  highestBounds,
  type Measurement,
  type Space,
  spaceVerdict,
  usageVerdict,
  whenToMeasure,
} from "./decide.ts";
import { type Bounds, measureDisk } from "./measure-disk.ts";

export interface DiskWatchOptions {
  /** Folders of the host that count together: workspace and HOME. */
  readonly paths: readonly string[];
  readonly limits: Pick<SandboxLimits, "diskBytes" | "files">;
  /** What must stay free on the file system for everybody else; by default 1 GiB, or 2 % of a small one. */
  readonly reservedBytes?: number;
  /** Processes of the sandbox as the host counts: what they hold open after deleting it counts too. */
  readonly pids?: () => readonly number[];
  /** Called at most once, with a sentence for a person. The watch has ended by then. */
  readonly onExceeded: (sentence: string) => void;
  /** Between two looks at the free space. */
  readonly lookEveryMs?: number;
  /** At most this long between two measurements, and ten times as long as one takes. */
  readonly measureEveryMs?: number;
}

export interface DiskWatch {
  /** Resolves when no measurement and no timer of it is left. Idempotent. */
  stop(): Promise<void>;
}

/** Measuring that fails this often in a row ends the sandbox: a limit that nobody watches is none. */
const maxFailures = 3;

/**
 * Watches over the disk limits of one sandbox. Looks each second at the file system, which costs nothing, and measures the
 * folders when it lost so much that they may have crossed their limit, and every ten seconds in any case.
 */
export function watchDisk(options: DiskWatchOptions): DiskWatch {
  const stopping = new AbortController();
  const done = watch(options, stopping.signal).then((sentence) => {
    if (sentence !== null && !stopping.signal.aborted) options.onExceeded(sentence);
  });
  return {
    stop: () => {
      stopping.abort();
      return done;
    },
  };
}

/** The sentence, or null when stopped before. */
async function watch(options: DiskWatchOptions, signal: AbortSignal): Promise<string | null> {
  // An error is told by the first look.
  let state: State = { start: await readSpace(options.paths).catch(() => null), bounds: null, last: null };
  let failures = 0;
  const lookOnce = async (): Promise<string | null> => {
    const next: State | string | Error = await look(options, state, signal).catch(toError);
    if (typeof next === "string") return next;
    if (next instanceof Error) {
      failures += 1;
      return failures === maxFailures ? cannotMeasure(next) : null;
    }
    failures = 0;
    state = next;
    return null;
  };
  try {
    // The first look is at once: what a program writes before it would count as what was there.
    return await retry(lookOnce, {
      signal,
      afterResult: (sentence) => (sentence === null ? (options.lookEveryMs ?? 1_000) : null),
      // The watch of a sandbox that was not stopped must not keep the server from exiting.
      wait: (ms) => delay(ms, signal, { keepsProcess: false }),
    });
  } catch (cause) {
    if (signal.aborted) return null;
    throw cause;
  }
}

interface State {
  /** When the watch began. */
  readonly start: Space | null;
  /** Null until the first measurement. */
  readonly bounds: Bounds | null;
  readonly last: Measurement | null;
}

/** The state after one look; a sentence when a limit is reached; an error when it could not be told. */
async function look(
  { paths, limits, reservedBytes, pids, measureEveryMs = 10_000 }: DiskWatchOptions,
  state: State,
  signal: AbortSignal,
): Promise<State | string | Error> {
  const space = await readSpace(paths);
  const full = spaceVerdict(space, reservedBytes);
  if (full !== null) return full;
  const startedAtMs = performance.now();
  if (state.last !== null && whenToMeasure(state.last, space, measureEveryMs) > startedAtMs) return state;

  const processes = pids?.() ?? [];
  const usage = await measureDisk({
    paths,
    pids: processes,
    bounds: state.bounds ?? highestBounds(limits),
    signal,
  });
  if (usage instanceof Error) return usage;
  const bounds = state.bounds ?? boundsFrom(limits, usage);
  const over = usageVerdict(usage, bounds, limits);
  if (over !== null) return over;
  const inFlight = await countInFlight(processes, signal);
  if (inFlight instanceof Error) return inFlight;
  const endedAtMs = performance.now();
  const last = { usage, bounds, inFlight, space, endedAtMs, tookMs: endedAtMs - startedAtMs };
  const start = state.start ?? space;
  return hiddenVerdict(start, state.last, last) ?? { start, bounds, last };
}

/** Of all file systems that the paths lie on together; the scarcest decides whether one is full. */
async function readSpace(paths: readonly string[]): Promise<Space> {
  const byDevice = new Map<number, string>();
  for (const path of paths) byDevice.set((await stat(path)).dev, path);
  const systems = await Promise.all([...byDevice.values()].map((path) => statfs(path)));
  return systems.map(({ bsize, blocks, bavail, files, ffree }) => ({
    totalBytes: blocks * bsize,
    freeBytes: bavail * bsize,
    totalFiles: files,
    freeFiles: ffree,
  }));
}

function toError(cause: unknown): Error {
  return cause instanceof Error ? cause : new Error(String(cause));
}

function cannotMeasure(cause: Error): string {
  return `The disk use of the workspace and HOME cannot be measured: ${cause.message}. Look at the folder and at the program find (package findutils) of this machine.`;
}
