import {
  decidePlacement,
  type Placement,
  type PlacementMachine,
  type PlacementState,
} from "../../../server/src/core/turns/placement/decide-placement.ts";
import type { WaitingList } from "./waiting-list.ts";

export type Policy = (
  waiting: WaitingList,
  nowS: number,
  fleet: Omit<PlacementState, "waiting">,
) => readonly Placement[];

/** Limits of the page of waiting turns that the product reads for one decision. */
const maxOldest = 100;
const maxPerOrganization = 10;

/** The product's decision, on the page that the product reads. */
export const product: Policy = (waiting, nowS, fleet) =>
  decidePlacement({ ...fleet, waiting: waiting.page(nowS, maxOldest, maxPerOrganization) });

/** Places turns strictly in the order of their request, on the first machine with room. A turn that does not fit blocks the others. */
export const firstComeFirstServed: Policy = (waiting, nowS, { machines }) => {
  const left = machines.map((machine) => ({ ...machine }));
  const placements: Placement[] = [];
  for (const turn of waiting.oldestFirst(nowS)) {
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
