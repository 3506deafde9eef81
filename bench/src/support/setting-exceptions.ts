import type { BenchName } from "../report/order.ts";

/** A setting with which servers of some benches differ from a default installation. */
export interface SettingException {
  readonly variable: string;
  readonly value: string;
  /** Benches with such a server. */
  readonly benches: readonly (BenchName | "compare")[];
  readonly why: string;
}

/** Benches that start a server with `startBenchWorld`. */
const inWorlds = [
  ...(["peers", "session", "harness", "waiting", "warm", "prepare", "burst", "capture"] as const),
  ...(["environment", "containment"] as const),
];

/** Benches with a server or a worker. */
const withServers = [
  ...(["api", "create", ...inWorlds, "idle", "recovery", "scale", "live", "web", "compare"] as const),
];

const limits = "Each request is counted, and none is rejected";

/**
 * All differences between the servers of the benches and a default installation. The page of the benchmarks prints them, and
 * a test compares them with the code of the benches.
 */
export const settingExceptions: readonly SettingException[] = [
  {
    variable: "TEMBO_RATE_LIMIT_PER_KEY_PER_MINUTE",
    value: "1000000",
    benches: withServers,
    why: limits,
  },
  {
    variable: "TEMBO_RATE_LIMIT_PER_SIGN_IN_PER_MINUTE",
    value: "1000000",
    benches: withServers,
    why: limits,
  },
  {
    variable: "TEMBO_RATE_LIMIT_PER_ORGANIZATION_PER_HOUR",
    value: "100000000",
    benches: withServers,
    why: limits,
  },
  {
    variable: "TEMBO_KEEP_ALIVE_MINUTES",
    value: "0",
    benches: [...inWorlds, "recovery", "scale", "compare"],
    why: "A sandbox stops after its turn, because each measured session is new. The rows of `warm` with a warm sandbox use the default",
  },
  {
    variable: "TEMBO_WAITING_HARNESSES",
    value: "0",
    benches: inWorlds,
    why: "Rows without a waiting harness measure a cold start. The rows with one, in `session` and `waiting`, use the default",
  },
  {
    variable: "TEMBO_COMPILE_CACHE",
    value: "off",
    benches: ["waiting"],
    why: "Only in the rows without a compile cache",
  },
  {
    variable: "TEMBO_WORKER_CONCURRENCY",
    value: "256",
    benches: ["burst"],
    why: "All sessions run at once",
  },
  {
    variable: "TEMBO_WORKER_CONCURRENCY",
    value: "4 on each machine, or 12 in total",
    benches: ["scale"],
    why: "The figures do not depend on the number of processors, and several machines run as many turns as one",
  },
  {
    variable: "TEMBO_BLOBS",
    value: "a shared folder",
    benches: ["scale"],
    why: "Only in the rows in which machines save the files of sessions",
  },
  {
    variable: "TEMBO_SANDBOX",
    value: "unsafe-local",
    benches: ["containment"],
    why: "Only on the server that is the floor",
  },
];

/** Variables with the places and addresses of a server. They do not change what the product does. */
export const placeVariables: readonly string[] = [
  "TEMBO_DATA_DIR",
  "TEMBO_HARNESS_SEED_DIR",
  "TEMBO_MASTER_KEY_FILE",
  "TEMBO_PUBLIC_URL",
  "TEMBO_SANDBOX_UID_BASE",
];

/** Returns the settings that differ in a bench, for its results file. */
export function exceptionsOf(bench: string): string[] {
  return settingExceptions
    .filter(({ benches }) => benches.some((name) => name === bench || bench.startsWith(`${name}-`)))
    .map(({ variable, value }) => `${variable}=${value}`);
}
