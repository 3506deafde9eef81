/** Turn that waits for a machine. */
export interface WaitingTurn {
  readonly turnId: string;
  readonly organizationId: string;
  /** Memory of the session's sandbox. */
  readonly memoryBytes: number;
  readonly waitedMs: number;
  /** Machine with the session's newest files, or null if the session has none. */
  readonly workspaceMachineId: string | null;
  /** Milliseconds since that machine's last worker left, or null if one runs or none ever ran. */
  readonly homeAbsentMs: number | null;
  /** Files that another machine can restore. */
  readonly saved: "none" | "older" | "newest";
}

/** Machine with a live worker of this version that accepts turns. */
export interface PlacementMachine {
  readonly id: string;
  /** Number of turns that the machine's workers run at a time. */
  readonly turnLimit: number;
  readonly memoryBytes: number;
  /** Turns that have this machine, and the sum of their memory. */
  readonly turns: number;
  readonly reservedBytes: number;
}

export interface PlacementState {
  readonly waiting: readonly WaitingTurn[];
  readonly machines: readonly PlacementMachine[];
  /** Memory of the turns that have a machine, by organization. */
  readonly runningBytes: ReadonlyMap<string, number>;
}

export interface Placement {
  readonly turnId: string;
  readonly machineId: string;
}

const GiB = 1024 ** 3;
/**
 * Memory of the default sandbox. A machine offers at least this much for each turn of its limit, because most sandboxes
 * use far less than they may: only larger sandboxes count against the memory.
 */
const defaultTurnBytes = 4 * GiB;
/** Time for which a turn waits for the full machine that has its files, if the newest ones are saved. */
const affinityMs = 2_000;
/** Time for which a turn waits for the return of the machine that alone has its newest files. */
const returnMs = { none: 10 * 60_000, older: 15_000 } as const;
/** Time after which a machine is kept free for a turn that fits nowhere. */
const overdueMs = 60_000;
/**
 * Running memory that a millisecond of waiting makes up for: an organization whose oldest turn has waited a minute counts as
 * if it ran one default sandbox less. A flood of turns therefore delays other organizations little, and none waits for ever.
 */
const agingBytesPerMs = defaultTurnBytes / 60_000;
const workspaceScore = -2;

/**
 * Chooses machines for waiting turns. The organization with the least running memory goes next, less what its oldest turn
 * has waited, and its oldest turn first. Turns that fit nowhere, or wait for the machine with their workspace, are not in
 * the result. Pure.
 */
export function decidePlacement(state: PlacementState): Placement[] {
  const machines = state.machines.map(offer);
  const runningBytes = new Map(state.runningBytes);
  const placements: Placement[] = [];
  const queues = queueByOrganization(state.waiting);
  const largestBytes = Math.max(0, ...machines.map(({ capacityBytes }) => capacityBytes));
  // Most waiting turns fit nowhere if the machines are busy. This limit skips the search for them.
  let roomBytes = findRoom(machines);
  let isHolding = false;
  for (let turn = takeNext(queues, runningBytes); turn !== null; turn = takeNext(queues, runningBytes)) {
    // No machine could ever hold a larger turn, so it gets one of the largest machines as soon as that is idle.
    const neededBytes = Math.min(turn.memoryBytes, largestBytes);
    const machine = neededBytes > roomBytes ? null : chooseMachine(turn, neededBytes, machines);
    if (machine === null) {
      if (roomBytes === 0) break;
      if (!isHolding && turn.waitedMs >= overdueMs && neededBytes > roomBytes) {
        isHolding = holdMachine(neededBytes, machines);
        roomBytes = findRoom(machines);
      }
      continue;
    }
    placements.push({ turnId: turn.turnId, machineId: machine.id });
    machine.turns += 1;
    machine.reservedBytes += turn.memoryBytes;
    roomBytes = findRoom(machines);
    addTo(runningBytes, turn);
  }
  return placements;
}

interface Offer {
  readonly id: string;
  readonly turnLimit: number;
  readonly capacityBytes: number;
  turns: number;
  reservedBytes: number;
  /** True if an overdue turn waits for the machine, so that no other turn takes what becomes free. */
  isHeld: boolean;
}

const offer = ({ id, turnLimit, memoryBytes, turns, reservedBytes }: PlacementMachine): Offer => ({
  id,
  turnLimit,
  capacityBytes: Math.max(memoryBytes, turnLimit * defaultTurnBytes),
  turns,
  reservedBytes,
  isHeld: false,
});

function queueByOrganization(waiting: readonly WaitingTurn[]): Map<string, WaitingTurn[]> {
  const newestFirst = waiting.toSorted((a, b) => a.waitedMs - b.waitedMs || (a.turnId < b.turnId ? 1 : -1));
  return Map.groupBy(newestFirst, ({ organizationId }) => organizationId);
}

/** Removes the turn that goes next from its queue. The last turn of each queue is the oldest one. */
function takeNext(
  queues: Map<string, WaitingTurn[]>,
  runningBytes: ReadonlyMap<string, number>,
): WaitingTurn | null {
  let next: WaitingTurn | null = null;
  for (const queue of queues.values()) {
    const oldest = queue.at(-1)!;
    if (next === null || goesBefore(oldest, next, runningBytes)) next = oldest;
  }
  if (next === null) return null;
  const queue = queues.get(next.organizationId)!;
  queue.pop();
  if (queue.length === 0) queues.delete(next.organizationId);
  return next;
}

function goesBefore(
  one: WaitingTurn,
  other: WaitingTurn,
  runningBytes: ReadonlyMap<string, number>,
): boolean {
  const weight = ({ organizationId, waitedMs }: WaitingTurn) =>
    (runningBytes.get(organizationId) ?? 0) - waitedMs * agingBytesPerMs;
  const difference = weight(one) - weight(other);
  return difference < 0 || (difference === 0 && one.waitedMs > other.waitedMs);
}

/** Returns the free machine with the lowest score, or null if the turn waits. */
function chooseMachine(turn: WaitingTurn, neededBytes: number, machines: readonly Offer[]): Offer | null {
  const suited = machines.filter(({ capacityBytes }) => capacityBytes >= neededBytes);
  const free = suited.filter((one) => hasRoom(one, neededBytes));
  const isAtHome = ({ id }: Offer) => id === turn.workspaceMachineId;
  if (!free.some(isAtHome) && waitsForHome(turn, suited.some(isAtHome))) return null;
  return lowest(free, (one) => loadOf(one) + (isAtHome(one) ? workspaceScore : 0));
}

/** True if the turn waits for the machine with its files. `isThere` is true if that machine runs and is large enough. */
function waitsForHome(
  { workspaceMachineId, homeAbsentMs, saved, waitedMs }: WaitingTurn,
  isThere: boolean,
): boolean {
  if (workspaceMachineId === null) return false;
  if (saved === "newest") return isThere && waitedMs < affinityMs;
  return isThere || (homeAbsentMs !== null && homeAbsentMs < returnMs[saved]);
}

const hasRoom = ({ turns, turnLimit, capacityBytes, reservedBytes, isHeld }: Offer, neededBytes: number) =>
  !isHeld && turns < turnLimit && capacityBytes - reservedBytes >= neededBytes;

/** Returns the largest unreserved memory of a machine that accepts another turn, or 0 if none does. */
function findRoom(machines: readonly Offer[]): number {
  let roomBytes = 0;
  for (const { turns, turnLimit, capacityBytes, reservedBytes, isHeld } of machines)
    if (!isHeld && turns < turnLimit) roomBytes = Math.max(roomBytes, capacityBytes - reservedBytes);
  return roomBytes;
}

/** Returns the used share of the machine, from 0 to 1. */
const loadOf = ({ turns, turnLimit, capacityBytes, reservedBytes }: Offer) =>
  Math.max(turns / turnLimit, reservedBytes / capacityBytes);

/**
 * Keeps smaller turns from taking forever what an overdue turn needs: one machine receives no other turn. Returns false if
 * no machine is large enough.
 */
function holdMachine(neededBytes: number, machines: readonly Offer[]): boolean {
  const suited = machines.filter(({ capacityBytes, isHeld }) => !isHeld && capacityBytes >= neededBytes);
  const machine = lowest(suited, loadOf);
  if (machine !== null) machine.isHeld = true;
  return machine !== null;
}

function lowest(machines: readonly Offer[], score: (machine: Offer) => number): Offer | null {
  const sorted = machines.toSorted((a, b) => score(a) - score(b) || (a.id < b.id ? -1 : 1));
  return sorted[0] ?? null;
}

function addTo(runningBytes: Map<string, number>, { organizationId, memoryBytes }: WaitingTurn): void {
  runningBytes.set(organizationId, (runningBytes.get(organizationId) ?? 0) + memoryBytes);
}
