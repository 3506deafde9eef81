import { type Clock, type Logger, newId } from "../../base/index.ts";
import type { SessionsStore } from "../../sessions/index.ts";
import type { SandboxProvider } from "../sandbox/sandbox.ts";
import { tellKept, tellStopped } from "./announce.ts";
import { decideRoom } from "./decide-evictions.ts";
import { Holds } from "./holds.ts";
import { letGoWithinMs, type OtherWorkers, waitForOthers } from "./wait-for-others.ts";
import { closeMachine, type Machine } from "./warm-sandbox.ts";

const maxTimerMs = 2 ** 31 - 1;
/** The most that can be asked for. */
const maxIdleMs = 24 * 60 * 60_000;
/** For how much longer a sandbox stays in which somebody is. */
const holdMs = 5 * 60_000;

export interface KeptMachinesOptions extends OtherWorkers {
  readonly store: Pick<SessionsStore, "keptSandboxes" | "events">;
  readonly sandboxes: Pick<SandboxProvider, "clear">;
  readonly clock: Clock;
  readonly log: Logger;
  /** What idle sandboxes may hold in memory together. */
  readonly boundBytes: number;
  /** What the machine has left at the moment, and what shall be left when another sandbox opens. */
  readonly availableBytes: () => number;
  readonly reserveBytes: number;
}

interface Kept {
  readonly machine: Machine;
  readonly idleSince: Date;
  readonly memoryBytes: number;
  until: Date;
  /** The turn has not ended: programs stand still, and none may begin. */
  isStill: boolean;
  timer: NodeJS.Timeout | null;
  /** Watchers were told that it is kept, and will be told that it stopped. */
  isTold: boolean;
  telling: Promise<void>;
}

/**
 * The sandboxes that stay up between the turns of their sessions, in the hands of one worker. An idle one has no doors: no model, no
 * network and no git. Each is known in the database before its turn ends, so that no two workers have sandboxes of one session.
 */
export class KeptMachines {
  /**
   * Where somebody is in a sandbox it stays for longer when its time is up, though not beyond a day of idling, nor where another needs
   * the room.
   */
  readonly holds = new Holds();
  readonly #options: KeptMachinesOptions;
  readonly #kept = new Map<string, Kept>();
  readonly #stopping = new Map<string, Promise<void>>();
  /** Sessions whose machine was kept and works now, and whether watchers were told that it was kept. */
  readonly #taken = new Map<string, boolean>();
  readonly #working = new Map<string, Machine>();
  #isClosed = false;

  constructor(options: KeptMachinesOptions) {
    this.#options = options;
  }

  /**
   * Makes sure that no other worker has a sandbox of the session, and that this one's own does not stop meanwhile. True when
   * it has one. Throws `sandbox_unavailable` when another worker does not let go.
   */
  async claim(sessionId: string, signal: AbortSignal): Promise<boolean> {
    await this.#stopping.get(sessionId);
    const kept = this.#kept.get(sessionId);
    if (kept !== undefined) {
      // Room for what comes before the work; should the turn end there, it stops then.
      this.#arm(sessionId, kept, new Date(Math.max(kept.until.getTime(), this.#now() + letGoWithinMs)));
      return true;
    }
    await waitForOthers(this.#options, sessionId, signal);
    return false;
  }

  /** The session's machine, which is the caller's from now on; null when there is none. Its programs run. */
  async take(sessionId: string): Promise<Machine | null> {
    await this.#stopping.get(sessionId);
    const kept = this.#kept.get(sessionId);
    if (kept === undefined) return null;
    this.#remove(sessionId, kept);
    this.#taken.set(sessionId, kept.isTold);
    try {
      await kept.machine.sandbox.resume();
    } catch (cause) {
      // Nobody else has it any more. Why it cannot continue tells more than how its end failed.
      await Promise.allSettled([this.discard(sessionId, kept.machine, "Its programs could not continue.")]);
      throw cause;
    }
    return kept.machine;
  }

  /** A machine works for the session from now on, until it is put back or discarded. */
  begin(sessionId: string, machine: Machine): void {
    this.#working.set(sessionId, machine);
  }

  /** The session's machine where it is up in this process, to start more in; "still" while the host works on its files. */
  up(sessionId: string): Machine | "still" | null {
    const kept = this.#kept.get(sessionId);
    if (kept?.isStill) return "still";
    return kept?.machine ?? this.#working.get(sessionId) ?? null;
  }

  /**
   * Keeps a machine from the end of its work on, standing still until `release`. False when it is not kept (no room, or the
   * server stops): then it has stopped.
   */
  async putBack(sessionId: string, machine: Machine, keepMs: number): Promise<boolean> {
    const { store, workerId, clock } = this.#options;
    this.#working.delete(sessionId);
    const idleSince = clock.now();
    let until = idleSince;
    try {
      const asked = await store.keptSandboxes.askedFor(sessionId);
      until = new Date(Math.max(idleSince.getTime() + keepMs, asked?.getTime() ?? 0));
      if (until > idleSince && !this.#isClosed)
        await store.keptSandboxes.save({ sessionId, workerId, until });
    } catch (cause) {
      await closeMachine(machine);
      throw cause;
    }
    if (until <= idleSince || this.#isClosed) return this.#drop(sessionId, machine);
    const isStill = await machine.sandbox.pause();
    const memoryBytes = isStill ? await machine.sandbox.memoryBytes() : 0;
    if (!isStill)
      this.#options.log.warn({ sessionId }, "the sandbox is not kept: its programs did not stand still");
    if (!isStill || this.#isClosed) return this.#drop(sessionId, machine);
    const isTold = this.#taken.get(sessionId) === true;
    this.#taken.delete(sessionId);
    const telling = Promise.resolve();
    const rest = { timer: null, isStill: true, isTold, telling };
    const kept: Kept = { machine, idleSince, memoryBytes, until, ...rest };
    this.#kept.set(sessionId, kept);
    this.#arm(sessionId, kept, until);
    await this.makeRoom(0);
    return this.#kept.get(sessionId) === kept;
  }

  /** The turn has ended: what is kept of it goes on, and watchers are told. */
  async release(sessionId: string, turnId: string): Promise<void> {
    const kept = this.#kept.get(sessionId);
    if (kept === undefined) return;
    await kept.machine.sandbox.resume();
    kept.isStill = false;
    // It may have been stopped meanwhile.
    if (this.#kept.get(sessionId) !== kept) return;
    await this.#tellKept(sessionId, kept, turnId);
  }

  /** Stops the session's machine, if there is one. Idempotent. */
  async stop(sessionId: string, reason: string): Promise<void> {
    const kept = this.#kept.get(sessionId);
    if (kept === undefined) return this.#stopping.get(sessionId);
    this.#remove(sessionId, kept);
    const stopped = this.#end(sessionId, kept, reason).finally(() => {
      if (this.#stopping.get(sessionId) === stopped) this.#stopping.delete(sessionId);
    });
    this.#stopping.set(sessionId, stopped);
    return stopped;
  }

  /** Another worker has the session's next turn. */
  async letGo(sessionId: string): Promise<void> {
    await this.stop(sessionId, "Another worker goes on with the session.");
    if (this.#taken.has(sessionId)) return;
    // What the row was of has ended otherwise.
    await this.#options.store.keptSandboxes.drop(sessionId, this.#options.workerId);
  }

  /** Ends a machine that does not fit the work, or whose work failed. */
  async discard(sessionId: string, machine: Machine, reason: string): Promise<void> {
    const isTold = this.#taken.get(sessionId) === true;
    await this.#drop(sessionId, machine);
    if (isTold) await tellStopped(this.#options.store, sessionId, reason);
  }

  /** How long the session's sandbox shall stay up was changed. */
  async reconsider(sessionId: string): Promise<void> {
    const { store, workerId, clock } = this.#options;
    if (!this.#kept.has(sessionId)) return;
    const until = await store.keptSandboxes.askedFor(sessionId);
    const kept = this.#kept.get(sessionId);
    if (until === null || kept === undefined) return;
    if (until <= clock.now()) return this.stop(sessionId, "It was asked to stop.");
    await store.keptSandboxes.save({ sessionId, workerId, until });
    if (this.#kept.get(sessionId) !== kept) return;
    this.#arm(sessionId, kept, until);
    if (kept.isTold) await this.#tellKept(sessionId, kept, newId());
  }

  /** This worker was away for a while: what others took over is theirs, and what was asked meanwhile is known where it is for longer. */
  async reconsiderAll(): Promise<void> {
    const { store, workerId } = this.#options;
    for (const [sessionId, kept] of [...this.#kept]) {
      const row = await store.keptSandboxes.find(sessionId);
      if (row?.workerId !== workerId) await this.stop(sessionId, "Another worker goes on with the session.");
      const until = await store.keptSandboxes.askedFor(sessionId);
      if (until !== null && until > kept.until) await this.reconsider(sessionId);
    }
  }

  /** Stops idle ones, the oldest first, until there is room for one that needs so much. */
  async makeRoom(neededBytes: number): Promise<void> {
    const { boundBytes } = this.#options;
    const idle = [...this.#kept].map(([sessionId, { idleSince, memoryBytes }]) => ({
      sessionId,
      idleSince,
      memoryBytes,
    }));
    const stopping = decideRoom(idle, { boundBytes, neededBytes });
    await Promise.all(stopping.map((id) => this.stop(id, "Another sandbox needed the room.")));
  }

  /** Before another sandbox opens: idle ones make way when the machine has little memory left. */
  async makeRoomForAnother(): Promise<void> {
    if (this.#kept.size === 0) return;
    const { availableBytes, reserveBytes } = this.#options;
    await this.makeRoom(Math.max(0, reserveBytes - availableBytes()));
  }

  /** Clears away what a worker that is gone has kept. */
  async clearAfter(workerId: string): Promise<void> {
    const { store, sandboxes } = this.#options;
    for (const { sessionId } of await store.keptSandboxes.ofWorker(workerId)) {
      await sandboxes.clear(sessionId);
      await store.keptSandboxes.drop(sessionId, workerId);
      await tellStopped(this.#options.store, sessionId, "Its server ended.");
    }
  }

  /** Stops all, for good. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const all = [...this.#kept.keys()].map((id) => this.stop(id, "The server stopped."));
    await Promise.all([...all, ...this.#stopping.values()]);
  }

  #now(): number {
    return this.#options.clock.now().getTime();
  }

  #remove(sessionId: string, kept: Kept): void {
    if (kept.timer !== null) clearTimeout(kept.timer);
    this.#kept.delete(sessionId);
  }

  #arm(sessionId: string, kept: Kept, until: Date): void {
    if (kept.timer !== null) clearTimeout(kept.timer);
    kept.until = until;
    kept.timer = setTimeout(
      () => {
        if (kept.until.getTime() > this.#now()) return this.#arm(sessionId, kept, kept.until);
        this.#timeIsUp(sessionId, kept).catch((cause: unknown) => {
          this.#options.log.error({ err: cause, sessionId }, "an idle sandbox did not stop as it should");
        });
      },
      Math.min(Math.max(0, until.getTime() - this.#now()), maxTimerMs),
    );
    kept.timer.unref();
  }

  async #timeIsUp(sessionId: string, kept: Kept): Promise<void> {
    const now = this.#now();
    const latest = kept.idleSince.getTime() + maxIdleMs;
    if (this.holds.count(sessionId) === 0 || now >= latest) return this.stop(sessionId, "Nobody used it.");
    const until = new Date(Math.min(now + holdMs, latest));
    // Before the database, which may be away: without a timer it would stay up for ever.
    this.#arm(sessionId, kept, until);
    const { store, workerId } = this.#options;
    await store.keptSandboxes.save({ sessionId, workerId, until });
    if (this.#kept.get(sessionId) !== kept) return;
    if (kept.isTold) await this.#tellKept(sessionId, kept, newId());
  }

  async #end(sessionId: string, kept: Kept, reason: string): Promise<void> {
    await this.#drop(sessionId, kept.machine);
    // In the order in which it happened; who told of it knows whether that failed.
    await Promise.allSettled([kept.telling]);
    if (kept.isTold) await tellStopped(this.#options.store, sessionId, reason);
  }

  /** The sandbox first: when the database is away, nothing runs on. */
  async #drop(sessionId: string, machine: Machine): Promise<false> {
    const { store, workerId } = this.#options;
    this.#taken.delete(sessionId);
    this.#working.delete(sessionId);
    await closeMachine(machine);
    await store.keptSandboxes.drop(sessionId, workerId);
    return false;
  }

  async #tellKept(sessionId: string, kept: Kept, key: string): Promise<void> {
    kept.isTold = true;
    kept.telling = tellKept(this.#options.store, sessionId, { until: kept.until, key });
    await kept.telling;
  }
}
