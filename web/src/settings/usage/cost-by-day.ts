import type { Usage } from "@tembo-io/sdk";

const DAY_MS = 86_400_000;

/** Returns the cost of each UTC day from `from` to `until`, including days without costs. Pure. */
export function costByDay({
  from,
  until,
  groups,
}: Pick<Usage, "from" | "until"> & {
  readonly groups: readonly Pick<Usage["groups"][number], "id" | "costUsd">[];
}): { readonly day: string; readonly cost: number }[] {
  const costs = new Map(groups.map(({ id, costUsd }) => [id, costUsd]));
  const [first, end] = [Date.parse(from), Date.parse(until)];
  return Array.from({ length: Math.floor((end - first) / DAY_MS) + 1 }, (_, index) => {
    const day = new Date(first + index * DAY_MS).toISOString().slice(0, 10);
    return { day, cost: costs.get(day) ?? 0 };
  });
}
