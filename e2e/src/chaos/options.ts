import { parseArgs } from "node:util";
import type { StoreKind } from "./world/store.ts";

export interface ChaosOptions {
  readonly minutes: number;
  readonly sessions: number;
  readonly workers: number;
  readonly servers: number;
  readonly seed: number;
  readonly store: StoreKind;
  /** True to check that the checker finds each planted bug. */
  readonly isPlanted: boolean;
  /** Name of the only planted bug to run, or null for all. */
  readonly bug: string | null;
}

export const usage = `npm run test:chaos -- [options]

  --minutes N            duration of the faults (20)
  --sessions N           sessions that the client creates (60)
  --workers N            machines with a worker (3)
  --servers N            machines with a server (2)
  --seed N               schedule of faults and messages (the time); a run prints its seed
  --store ceph|folder    blob store (ceph)
  --planted              runs planted bugs, which the checker must find
  --bug NAME             with --planted: only this bug`;

/** Reads the command's arguments. Throws an error with a sentence if they are invalid. */
export function readOptions(argv: readonly string[], now: number): ChaosOptions {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      minutes: { type: "string", default: "20" },
      sessions: { type: "string", default: "60" },
      workers: { type: "string", default: "3" },
      servers: { type: "string", default: "2" },
      seed: { type: "string", default: String(now % 1_000_000) },
      store: { type: "string", default: "ceph" },
      planted: { type: "boolean", default: false },
      bug: { type: "string" },
    },
  });
  const { store } = values;
  if (store !== "ceph" && store !== "folder") throw new Error('--store must be "ceph" or "folder".');
  return {
    minutes: numberOf(values.minutes, "minutes", 0.5),
    sessions: numberOf(values.sessions, "sessions", 1),
    workers: numberOf(values.workers, "workers", 2),
    servers: numberOf(values.servers, "servers", 1),
    seed: numberOf(values.seed, "seed", 0),
    store,
    isPlanted: values.planted,
    bug: values.bug ?? null,
  };
}

function numberOf(text: string, name: string, least: number): number {
  const value = Number(text);
  if (!(value >= least)) throw new Error(`--${name} must be a number of at least ${least}.`);
  return value;
}
