import { createRandom, type Random } from "../../../../server/src/forge/testing/random.ts";

export const faultKinds = [
  "lose",
  "kill",
  "freeze",
  "cut",
  "drain",
  "add",
  "postgres",
  "answers",
  "store",
  "upgrade",
] as const;
export type FaultKind = (typeof faultKinds)[number];

export interface Fault {
  readonly kind: FaultKind;
  /** Milliseconds from the start of the run. */
  readonly atMs: number;
  /** Duration of a freeze, a cut, an absence of the store, or the time in which servers' answers are lost. 0 for other kinds. */
  readonly forMs: number;
  /** Selects the machine among those that exist at this time. */
  readonly pick: number;
}

/** Weights of the kinds that recur. */
const recurring: readonly (readonly [FaultKind, number])[] = [
  ["lose", 3],
  ["kill", 3],
  ["freeze", 3],
  ["cut", 3],
  ["drain", 2],
  ["add", 1],
  ["postgres", 1],
  ["answers", 1],
];
const quietMs = 10_000;

export interface FaultPlan {
  readonly seed: number;
  readonly minutes: number;
  /** Kinds that the run may use. Defaults to all. */
  readonly kinds?: readonly FaultKind[];
  /** Average time between faults. */
  readonly everyMs?: number;
}

/**
 * Returns the faults of a run, which depend only on the plan. Each allowed kind occurs. An upgrade occurs once, at half
 * time, because it restarts all machines.
 */
export function planFaults({ seed, minutes, kinds = faultKinds, everyMs = 20_000 }: FaultPlan): Fault[] {
  const random = createRandom(seed);
  const lengthMs = minutes * 60_000;
  const weighted = recurring.flatMap(([kind, weight]) =>
    kinds.includes(kind) ? Array.from({ length: weight }, () => kind) : [],
  );
  const once = shuffle(random, [
    ...new Set(weighted),
    ...(kinds.includes("store") ? (["store"] as const) : []),
  ]);
  const faults: Fault[] = [];
  for (let atMs = quietMs; atMs < lengthMs - quietMs && weighted.length + once.length > 0; ) {
    const kind = once.shift() ?? random.pick(weighted);
    faults.push({ kind, atMs, forMs: durationOf(kind, random, lengthMs), pick: random.below(1_000) });
    atMs += everyMs / 2 + random.below(everyMs);
  }
  if (kinds.includes("upgrade")) {
    const forMs = 0;
    faults.push({ kind: "upgrade", atMs: lengthMs / 2, forMs, pick: random.below(1_000) });
  }
  return faults.sort((a, b) => a.atMs - b.atMs);
}

function durationOf(kind: FaultKind, random: Random, lengthMs: number): number {
  if (kind === "freeze") return 20_000;
  if (kind === "cut") return random.pick([5_000, 15_000, 40_000]);
  if (kind === "answers") return 5_000;
  if (kind === "store") return lengthMs < 10 * 60_000 ? 20_000 : 60_000;
  return 0;
}

function shuffle<T>(random: Random, items: readonly T[]): T[] {
  const left = [...items];
  return items.map(() => left.splice(random.below(left.length), 1)[0]!);
}
