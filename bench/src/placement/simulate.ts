import type { PlacementMachine } from "../../../server/src/core/turns/placement/decide-placement.ts";
import { daySeconds, type SimulatedSession } from "./arrivals.ts";
import type { Policy } from "./policies.ts";
import { type Request, WaitingList } from "./waiting-list.ts";

/** Interval of decisions. The product decides at each change, but a day has too many changes for a simulation. */
const tickS = 1;
/** Turns that still wait after this time end the simulation, because they would wait for ever. */
const limitS = 3 * daySeconds;

export interface DayResult {
  /** Share of the machines' memory in use, on average over the day. */
  readonly utilization: number;
  /** Seconds that each turn waited. */
  readonly waitsS: readonly number[];
  /** Share of later turns that ran on the machine with the session's files. */
  readonly atHome: number;
  /** Jain's index of the speed of organizations, from 1/n to 1 (equal): time of their turns without waits, divided by the time with them. */
  readonly fairness: number;
  /** Milliseconds of each decision with waiting turns. */
  readonly decisionsMs: readonly number[];
}

interface Turn extends Request {
  readonly session: SimulatedSession;
  readonly index: number;
}

interface Running extends Turn {
  readonly machine: MutableMachine;
  readonly endsAtS: number;
}

type MutableMachine = { -readonly [K in keyof PlacementMachine]: PlacementMachine[K] };

/** Simulates the turns of the sessions of one day on machines. */
export function simulateDay(
  sessions: readonly SimulatedSession[],
  machines: readonly PlacementMachine[],
  policy: Policy,
): DayResult {
  const fleet = new Map(machines.map((machine) => [machine.id, { ...machine } satisfies MutableMachine]));
  const requests = new Map<number, Turn[]>();
  const endings = new Map<number, Running[]>();
  const home = new Map<SimulatedSession, string>();
  const waiting = new WaitingList<Turn>();
  const runningBytes = new Map<string, number>();
  const tallies = new Tallies(machines);
  let nextId = 0;
  const request = (session: SimulatedSession, index: number, requestedAtS: number) => {
    const { organizationId, memoryBytes } = session;
    const holderId = home.get(session) ?? null;
    const turnId = String(nextId++);
    addAt(requests, requestedAtS, {
      turnId,
      organizationId,
      memoryBytes,
      requestedAtS,
      holderId,
      session,
      index,
    });
  };
  for (const session of sessions) request(session, 0, session.arrivesAtS);
  let open = sessions.reduce((sum, { turns }) => sum + turns.length, 0);
  for (let tick = 0; open > 0 && tick * tickS < limitS; tick += 1) {
    const nowS = tick * tickS;
    for (const { session, index, machine } of take(endings, tick)) {
      open -= 1;
      machine.turns -= 1;
      machine.reservedBytes -= session.memoryBytes;
      add(runningBytes, session.organizationId, -session.memoryBytes);
      tallies.add(-session.memoryBytes);
      const pauseS = session.turns[index]!.pauseS;
      if (index + 1 < session.turns.length) request(session, index + 1, nowS + pauseS);
    }
    for (const turn of take(requests, tick).sort((a, b) => a.requestedAtS - b.requestedAtS))
      waiting.add(turn);
    if (waiting.size > 0) {
      const now = { machines: [...fleet.values()], runningBytes, savesWorkspaces: true };
      const startedAt = performance.now();
      const placements = policy(waiting, nowS, now);
      tallies.decisionsMs.push(performance.now() - startedAt);
      for (const { turnId, machineId } of placements) {
        const turn = waiting.get(turnId);
        const { session, index, requestedAtS } = turn;
        const machine = fleet.get(machineId)!;
        waiting.delete(turn);
        machine.turns += 1;
        machine.reservedBytes += session.memoryBytes;
        add(runningBytes, session.organizationId, session.memoryBytes);
        tallies.add(session.memoryBytes);
        const { durationS } = session.turns[index]!;
        tallies.place(session.organizationId, {
          waitS: Math.max(0, nowS - requestedAtS),
          durationS,
          isAtHome: index === 0 ? null : home.get(session) === machineId,
        });
        home.set(session, machineId);
        const endsAtS = nowS + durationS;
        addAt(endings, endsAtS, { ...turn, machine, endsAtS });
      }
    }
    if (nowS < daySeconds) tallies.sample();
  }
  if (open > 0) throw new Error(`${open} turns never ran.`);
  return tallies.result();
}

class Tallies {
  readonly decisionsMs: number[] = [];
  readonly #totalBytes: number;
  readonly #waitsS: number[] = [];
  readonly #byOrganization = new Map<string, { waitS: number; durationS: number }>();
  #usedBytes = 0;
  #samples = 0;
  #usedSum = 0;
  #later = 0;
  #atHome = 0;

  constructor(machines: readonly PlacementMachine[]) {
    this.#totalBytes = machines.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0);
  }

  add(bytes: number): void {
    this.#usedBytes += bytes;
  }

  sample(): void {
    this.#samples += 1;
    this.#usedSum += this.#usedBytes / this.#totalBytes;
  }

  place(
    organizationId: string,
    turn: { readonly waitS: number; readonly durationS: number; readonly isAtHome: boolean | null },
  ): void {
    this.#waitsS.push(turn.waitS);
    const sums = this.#byOrganization.get(organizationId) ?? { waitS: 0, durationS: 0 };
    sums.waitS += turn.waitS;
    sums.durationS += turn.durationS;
    this.#byOrganization.set(organizationId, sums);
    if (turn.isAtHome === null) return;
    this.#later += 1;
    if (turn.isAtHome) this.#atHome += 1;
  }

  result(): DayResult {
    const speeds = [...this.#byOrganization.values()].map(
      ({ waitS, durationS }) => durationS / (durationS + waitS),
    );
    const sum = speeds.reduce((total, speed) => total + speed, 0);
    const squares = speeds.reduce((total, speed) => total + speed ** 2, 0);
    return {
      utilization: this.#usedSum / this.#samples,
      waitsS: this.#waitsS,
      atHome: this.#later === 0 ? 1 : this.#atHome / this.#later,
      fairness: sum ** 2 / (speeds.length * squares),
      decisionsMs: this.decisionsMs,
    };
  }
}

function addAt<T>(byTick: Map<number, T[]>, atS: number, item: T): void {
  const tick = Math.ceil(atS / tickS);
  const items = byTick.get(tick);
  if (items === undefined) byTick.set(tick, [item]);
  else items.push(item);
}

function take<T>(byTick: Map<number, T[]>, tick: number): T[] {
  const items = byTick.get(tick) ?? [];
  byTick.delete(tick);
  return items;
}

const add = (sums: Map<string, number>, key: string, bytes: number) =>
  void sums.set(key, (sums.get(key) ?? 0) + bytes);
