/** Names of all benches, in the order in which they run and in which the pages list their results. */
export const benchOrder = [
  "api",
  "create",
  "peers",
  "session",
  "harness",
  "waiting",
  "warm",
  "prepare",
  "burst",
  "sandbox",
  "capture",
  "idle",
  "environment",
  "recovery",
  "scale",
  "live",
  "proxies",
  "web",
  "containment",
  "git-process",
  "layers",
  "store",
  "placement",
] as const;

export type BenchName = (typeof benchOrder)[number];

export function isBenchName(name: string): name is BenchName {
  return (benchOrder as readonly string[]).includes(name);
}
