/** Turn that waits for a machine. */
export interface WaitingTurn {
  readonly turnId: string;
  readonly organizationId: string;
  /** Memory of the session's sandbox. */
  readonly memoryBytes: number;
  readonly waitedMs: number;
  /** Labels that the machine must have. */
  readonly runsOn: readonly string[];
  /** Machine with the session's newest files, or null if the session has none. */
  readonly holderId: string | null;
  /**
   * Milliseconds since the last worker of that machine left. It is 0 while one runs, even if it accepts no turns, and null
   * if the machine is not known.
   */
  readonly holderAbsentMs: number | null;
  /** Machine that did not start the turn after it was placed there, or null. */
  readonly avoidedId: string | null;
  /** Files that another machine can restore. */
  readonly saved: "none" | "older" | "newest";
}

/** Machine with a live worker of this version that accepts turns. */
export interface PlacementMachine {
  readonly id: string;
  /** Number of turns that the machine's workers run at a time. */
  readonly turnLimit: number;
  readonly memoryBytes: number;
  /** Labels that all workers of the machine have. */
  readonly labels: readonly string[];
  /** Turns that have this machine, and the sum of their memory. */
  readonly turns: number;
  readonly reservedBytes: number;
}

export interface PlacementState {
  readonly waiting: readonly WaitingTurn[];
  readonly machines: readonly PlacementMachine[];
  /** Memory of the turns that have a machine, by organization. */
  readonly runningBytes: ReadonlyMap<string, number>;
  /** True if the machines share a blob store, in which the files of sessions are saved. */
  readonly savesWorkspaces: boolean;
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
/**
 * Time for which a turn waits for the return of the machine that alone has its newest files. Without a shared blob store, all
 * files of the session would be lost.
 */
const returnMs = 15_000;
const onlyCopyReturnMs = 10 * 60_000;
/** Time after which a machine is reserved for a turn that fits nowhere. */
const overdueMs = 60_000;
/**
 * Running memory that is subtracted for each millisecond that an organization's oldest turn has waited. A minute offsets one
 * default sandbox. A flood of turns therefore delays other organizations little, and no organization waits without a limit.
 */
const agingBytesPerMs = defaultTurnBytes / 60_000;
const holderScore = -2;
const avoidedScore = 4;

/**
 * Chooses machines for waiting turns. Serves the organization with the least running memory after the deduction for waiting,
 * and its oldest turn first. The result does not contain turns that fit on no machine, or that wait for the machine with
 * their files. Pure.
 */
export function decidePlacement(state: PlacementState): Placement[] {
  const machines = state.machines.map(offer);
  const placements: Placement[] = [];
  const queues = new OrganizationQueues(state);
  const candidateSets = new CandidateSets(machines);
  let isHolding = false;
  for (let turn = queues.takeNext(); turn !== null; turn = queues.takeNext()) {
    const candidates = candidateSets.get(turn.runsOn);
    // No machine could ever hold a larger turn, so it gets one of the largest machines as soon as that is idle.
    const neededBytes = Math.min(turn.memoryBytes, candidates.largestBytes);
    const machine =
      neededBytes > candidates.freeBytes
        ? null
        : chooseMachine(turn, neededBytes, { ...state, machines, candidates });
    if (machine === null) {
      if (candidateSets.get([]).freeBytes === 0) break;
      if (!isHolding && turn.waitedMs >= overdueMs && neededBytes > candidates.freeBytes) {
        isHolding = holdMachine(neededBytes, candidates.machines);
        candidateSets.refresh();
      }
      continue;
    }
    placements.push({ turnId: turn.turnId, machineId: machine.id });
    machine.turns += 1;
    machine.reservedBytes += turn.memoryBytes;
    candidateSets.refresh();
    queues.addRunning(turn);
  }
  return placements;
}

interface Offer {
  readonly id: string;
  readonly labels: readonly string[];
  readonly turnLimit: number;
  readonly capacityBytes: number;
  turns: number;
  reservedBytes: number;
  /** True if an overdue turn waits for the machine, so that no other turn takes what becomes free. */
  isHeld: boolean;
}

const offer = ({ id, labels, turnLimit, memoryBytes, turns, reservedBytes }: PlacementMachine): Offer => ({
  id,
  labels,
  turnLimit,
  capacityBytes: Math.max(memoryBytes, turnLimit * defaultTurnBytes),
  turns,
  reservedBytes,
  isHeld: false,
});

/** Machines that have all labels of a list. */
interface CandidateSet {
  readonly machines: readonly Offer[];
  readonly largestBytes: number;
  /** Most waiting turns fit nowhere if the machines are busy. This limit skips the search for them. */
  freeBytes: number;
}

/** Sets of machines by the labels that turns request. An empty list requests any machine. */
class CandidateSets {
  readonly #machines: readonly Offer[];
  readonly #sets = new Map<string, CandidateSet>();

  constructor(machines: readonly Offer[]) {
    this.#machines = machines;
  }

  get(runsOn: readonly string[]): CandidateSet {
    const key = runsOn.join();
    const known = this.#sets.get(key);
    if (known !== undefined) return known;
    const machines = this.#machines.filter(({ labels }) => runsOn.every((label) => labels.includes(label)));
    const largestBytes = Math.max(0, ...machines.map(({ capacityBytes }) => capacityBytes));
    const candidates = { machines, largestBytes, freeBytes: findFreeBytes(machines) };
    this.#sets.set(key, candidates);
    return candidates;
  }

  refresh(): void {
    for (const candidates of this.#sets.values()) candidates.freeBytes = findFreeBytes(candidates.machines);
  }
}

interface OrganizationQueue {
  /** Newest first, so that the last one is the oldest. */
  readonly turns: WaitingTurn[];
  runningBytes: number;
  /** The queue with the lowest weight goes first. Changes only with the queue's own turns. */
  weight: number;
}

class OrganizationQueues {
  readonly #queues: Map<string, OrganizationQueue>;

  constructor({ waiting, runningBytes }: Pick<PlacementState, "waiting" | "runningBytes">) {
    const newestFirst = waiting.toSorted((a, b) => a.waitedMs - b.waitedMs || (a.turnId < b.turnId ? 1 : -1));
    const byOrganization = Map.groupBy(newestFirst, ({ organizationId }) => organizationId);
    this.#queues = new Map(
      Array.from(byOrganization, ([organizationId, turns]) => {
        const queue = { turns, runningBytes: runningBytes.get(organizationId) ?? 0, weight: 0 };
        return [organizationId, weigh(queue)];
      }),
    );
  }

  /** Removes and returns the turn that goes next, or null if none is left. */
  takeNext(): WaitingTurn | null {
    let next: OrganizationQueue | null = null;
    for (const queue of this.#queues.values()) if (next === null || goesBefore(queue, next)) next = queue;
    if (next === null) return null;
    const turn = next.turns.pop()!;
    if (next.turns.length === 0) this.#queues.delete(turn.organizationId);
    else weigh(next);
    return turn;
  }

  /** Counts the memory of a placed turn. */
  addRunning({ organizationId, memoryBytes }: WaitingTurn): void {
    const queue = this.#queues.get(organizationId);
    if (queue === undefined) return;
    queue.runningBytes += memoryBytes;
    weigh(queue);
  }
}

function weigh(queue: OrganizationQueue): OrganizationQueue {
  queue.weight = queue.runningBytes - queue.turns.at(-1)!.waitedMs * agingBytesPerMs;
  return queue;
}

const goesBefore = (one: OrganizationQueue, other: OrganizationQueue) =>
  one.weight < other.weight ||
  (one.weight === other.weight && one.turns.at(-1)!.waitedMs > other.turns.at(-1)!.waitedMs);

interface Choice {
  readonly machines: readonly Offer[];
  /** Machines that have the labels of the turn. */
  readonly candidates: CandidateSet;
  readonly savesWorkspaces: boolean;
}

/** Returns the free machine with the lowest score, or null if the turn waits. */
function chooseMachine(turn: WaitingTurn, neededBytes: number, choice: Choice): Offer | null {
  const suited = choice.candidates.machines.filter(({ capacityBytes }) => capacityBytes >= neededBytes);
  const free = suited.filter((one) => hasCapacity(one, neededBytes));
  const isHolder = ({ id }: Offer) => id === turn.holderId;
  if (!free.some(isHolder) && waitsForHolder(turn, suited, choice)) return null;
  const hasOnlyFiles = (one: Offer) => isHolder(one) && turn.saved !== "newest";
  const isAvoided = (one: Offer) => one.id === turn.avoidedId && !hasOnlyFiles(one);
  return lowest(
    free,
    (one) => loadOf(one) + (isHolder(one) ? holderScore : 0) + (isAvoided(one) ? avoidedScore : 0),
  );
}

/** Returns true if the turn waits for the machine with its files, which has no room for it now. */
function waitsForHolder(
  { holderId, holderAbsentMs, saved, waitedMs }: WaitingTurn,
  suited: readonly Offer[],
  { machines, savesWorkspaces }: Choice,
): boolean {
  const isHolder = ({ id }: Offer) => id === holderId;
  const isSuited = suited.some(isHolder);
  if (holderId === null || (machines.some(isHolder) && !isSuited)) return false;
  if (saved === "newest") return isSuited && waitedMs < affinityMs;
  const limitMs = saved === "older" || savesWorkspaces ? returnMs : onlyCopyReturnMs;
  return isSuited || (holderAbsentMs !== null && holderAbsentMs < limitMs);
}

const hasCapacity = (
  { turns, turnLimit, capacityBytes, reservedBytes, isHeld }: Offer,
  neededBytes: number,
) => !isHeld && turns < turnLimit && capacityBytes - reservedBytes >= neededBytes;

/** Returns the largest unreserved memory of a machine that accepts another turn, or 0 if none does. */
function findFreeBytes(machines: readonly Offer[]): number {
  let freeBytes = 0;
  for (const { turns, turnLimit, capacityBytes, reservedBytes, isHeld } of machines)
    if (!isHeld && turns < turnLimit) freeBytes = Math.max(freeBytes, capacityBytes - reservedBytes);
  return freeBytes;
}

/** Returns the used share of the machine, from 0 to 1. */
const loadOf = ({ turns, turnLimit, capacityBytes, reservedBytes }: Offer) =>
  Math.max(turns / turnLimit, reservedBytes / capacityBytes);

/** Reserves one machine for an overdue turn, so that smaller turns do not starve it. Returns false if no machine is large enough. */
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
