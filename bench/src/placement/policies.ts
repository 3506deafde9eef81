import {
  decidePlacement,
  type Placement,
  type PlacementMachine,
  type PlacementState,
  type WaitingTurn,
} from "../../../server/src/core/turns/placement/decide-placement.ts";

export type Policy = (state: PlacementState) => readonly Placement[];

/** Limits of the page of waiting turns that the product reads for one decision. */
const maxOldest = 100;
const maxPerOrganization = 10;

/** The product's decision, on the page that the product reads. */
export const product: Policy = (state) => decidePlacement({ ...state, waiting: page(state.waiting) });

function page(waiting: readonly WaitingTurn[]): WaitingTurn[] {
  const oldestFirst = waiting.toSorted((a, b) => b.waitedMs - a.waitedMs);
  const counts = new Map<string, number>();
  return oldestFirst.filter(({ organizationId }, index) => {
    const count = (counts.get(organizationId) ?? 0) + 1;
    counts.set(organizationId, count);
    return index < maxOldest || count <= maxPerOrganization;
  });
}

/** Places turns strictly in the order of their request, on the first machine with room. A turn that does not fit blocks the others. */
export const firstComeFirstServed: Policy = ({ waiting, machines }) => {
  const left = machines.map((machine) => ({ ...machine }));
  const placements: Placement[] = [];
  for (const turn of waiting.toSorted((a, b) => b.waitedMs - a.waitedMs)) {
    const machine = left.find((one) => hasRoom(one, turn.memoryBytes));
    if (machine === undefined) break;
    machine.turns += 1;
    machine.reservedBytes += turn.memoryBytes;
    placements.push({ turnId: turn.turnId, machineId: machine.id });
  }
  return placements;
};

const hasRoom = ({ turns, turnLimit, memoryBytes, reservedBytes }: PlacementMachine, bytes: number) =>
  turns < turnLimit && memoryBytes - reservedBytes >= bytes;
