import { withReason } from "../../core/base/index.ts";
import type { SandboxLimits } from "../../core/turns/index.ts";
import { delay } from "../../runtime/delay.ts";
import { retry } from "../../runtime/retry.ts";
import { countInFlight } from "./count-in-flight.ts";
import {
  boundsFrom,
  countUnchanged,
  hiddenVerdict,
  highestBounds,
  type Measurement,
  type Space,
  spaceVerdict,
  usageVerdict,
  whenToMeasure,
} from "./decide.ts";
import { type Bounds, measureDisk } from "./measure-disk.ts";
import { type FileSystem, findFileSystems, readSpace } from "./read-space.ts";

export interface DiskWatchOptions {
  /** Host folders whose usage counts toward the limit: workspace, HOME, and the changes to the system. */
  readonly paths: readonly string[];
  readonly limits: Pick<SandboxLimits, "diskBytes" | "files">;
  /** Space that must remain free for other uses of the file system. Defaults to 1 GiB, or to 2 % of a small file system. */
  readonly reservedBytes?: number;
  /** Returns the pids, on the host, of the sandbox's processes. Deleted files that these processes have open also count. */
  readonly pids?: () => readonly number[];
  /** Called at most once, with a sentence for users. The watch stops before this call. */
  readonly onExceeded: (sentence: string) => void;
  /** Interval between checks of the free space. Defaults to one second. */
  readonly lookEveryMs?: number;
  /**
   * Maximum interval between measurements. Defaults to ten seconds. If a measurement takes more than a tenth of this interval, the interval is
   * ten times the measurement's duration. It also grows, up to six times, while the usage does not change.
   */
  readonly measureEveryMs?: number;
}

export interface DiskWatch {
  /** Stops the watch. Resolves when no measurements and timers are left. Idempotent. */
  stop(): Promise<void>;
}

const usualLookEveryMs = 1_000;
/** Number of consecutive failed measurements after which the sandbox is stopped, because its limit is no longer enforced. */
const maxFailures = 3;

/**
 * Watches a sandbox's disk limits. Checks the file system's free space every second, because this is cheap. Measures the folders every ten
 * seconds, or earlier if the sandbox may have reached its limit because the file system has lost space.
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

/** Returns the sentence about the limit that was reached or the measurement that failed, or null if the watch was stopped first. */
async function watch(options: DiskWatchOptions, signal: AbortSignal): Promise<string | null> {
  // If this fails, the first check reports the error.
  const systems = await findFileSystems(options.paths).catch(() => null);
  const start = systems && (await readSpace(systems, 0).catch(() => null));
  let state: State = { systems, start, bounds: null, last: null };
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
    // Runs the first check immediately, because data that a program writes before the first check does not count as growth.
    return await retry(lookOnce, {
      signal,
      afterResult: (sentence) => (sentence === null ? (options.lookEveryMs ?? usualLookEveryMs) : null),
      // The watch must not prevent the server from exiting if its sandbox was not stopped.
      wait: (ms) => delay(ms, signal, { keepsProcess: false }),
    });
  } catch (cause) {
    if (signal.aborted) return null;
    throw cause;
  }
}

interface State {
  /** File systems with the folders, or null if they are not known yet. */
  readonly systems: readonly FileSystem[] | null;
  /** Space at the start of the watch, or null if it is not known yet. */
  readonly start: Space | null;
  /** Limits for the used bytes and files, or null until the first measurement. */
  readonly bounds: Bounds | null;
  readonly last: Measurement | null;
}

/**
 * Returns the state after one check, a message if a limit is reached, or an error if the usage cannot be determined.
 */
async function look(
  { paths, limits, reservedBytes, pids, lookEveryMs, measureEveryMs = 10_000 }: DiskWatchOptions,
  state: State,
  signal: AbortSignal,
): Promise<State | string | Error> {
  const systems = state.systems ?? (await findFileSystems(paths));
  const space = await readSpace(systems, (lookEveryMs ?? usualLookEveryMs) / 2);
  const full = spaceVerdict(space, reservedBytes);
  if (full !== null) return full;
  const startedAtMs = performance.now();
  if (state.last !== null && whenToMeasure(state.last, space, measureEveryMs) > startedAtMs)
    return { ...state, systems };

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
  const unchanged = countUnchanged(state.last, usage);
  const last = { usage, bounds, inFlight, unchanged, space, endedAtMs, tookMs: endedAtMs - startedAtMs };
  const start = state.start ?? space;
  return hiddenVerdict(start, state.last, last) ?? { systems, start, bounds, last };
}

function toError(cause: unknown): Error {
  return cause instanceof Error ? cause : new Error(String(cause));
}

function cannotMeasure(cause: Error): string {
  return `${withReason("The disk use of the session's files cannot be measured", cause)} Check the folder and the program find (package findutils) on this machine.`;
}
