import { parseArgs } from "node:util";
import { type BenchName, benchOrder, isBenchName } from "../report/order.ts";

export interface BenchOptions {
  /** Numbers of sessions and events in the database of `api`. */
  readonly sessions: number;
  readonly events: number;
  /** Numbers of runs of `recovery` on an idle machine, and on a machine with busy processes. */
  readonly quietRuns: number;
  readonly loadedRuns: number;
}

export interface BenchCommand extends BenchOptions {
  readonly names: readonly BenchName[];
  /** Command that runs the same benches with the same options. */
  readonly command: (name: BenchName) => string;
}

/** Events per session, as in the largest fill. */
const EVENTS_PER_SESSION = 20;
/** Sizes with which all benches together take less than an hour on two processors. */
const small = { sessions: 20_000, "quiet-runs": 4, "loaded-runs": 4 };
const full = { sessions: 1_000_000, "quiet-runs": 8, "loaded-runs": 12 };

type CountName = keyof typeof full | "events";

const optionsOf: Partial<Record<BenchName, readonly CountName[]>> = {
  api: ["sessions", "events"],
  recovery: ["quiet-runs", "loaded-runs"],
};

/**
 * Parses the arguments `all` or `NAME...`, and options. Without a name, all benches run. If a bench is named, it runs with
 * its full size by default, and otherwise with its small size. Throws if an argument is not valid.
 */
export function parseBenchCommand(args: readonly string[]): BenchCommand {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      sessions: { type: "string" },
      events: { type: "string" },
      "quiet-runs": { type: "string" },
      "loaded-runs": { type: "string" },
    },
  });
  const given: Partial<Record<CountName, string>> = values;
  const isAll = positionals.length === 0 || positionals.includes("all");
  const named = positionals.filter((name) => name !== "all");
  const unknown = named.filter((name) => !isBenchName(name));
  if (unknown.length > 0)
    throw new Error(`Unknown benchmark: ${unknown.join(", ")}. Choose from: all, ${benchOrder.join(", ")}.`);
  const count = (name: CountName, otherwise: number) => wholeNumber(name, given[name], otherwise);
  const size = isAll ? small : full;
  const sessions = count("sessions", size.sessions);
  return {
    names: isAll ? benchOrder : named.filter(isBenchName),
    sessions,
    events: count("events", sessions * EVENTS_PER_SESSION),
    quietRuns: count("quiet-runs", size["quiet-runs"]),
    loadedRuns: count("loaded-runs", size["loaded-runs"]),
    command: (name) => {
      const options = (optionsOf[name] ?? []).flatMap((option) => {
        const value = given[option] ?? (isAll && option !== "events" ? String(small[option]) : undefined);
        return value === undefined ? [] : [`--${option} ${value}`];
      });
      return ["npm run bench --", name, ...options].join(" ");
    },
  };
}

function wholeNumber(name: CountName, given: string | undefined, otherwise: number): number {
  const count = Number(given ?? otherwise);
  if (Number.isInteger(count) && count > 0) return count;
  throw new Error(`--${name} must be a whole number above 0, not "${given}".`);
}
