import { type Clock, type Logger, newId } from "../../base/index.ts";
import type { SessionsStore } from "../../sessions/index.ts";
import type { SandboxProvider } from "../sandbox/sandbox.ts";
import { announceKept, announceStopped } from "./announce.ts";
import { decideEvictions } from "./decide-evictions.ts";
import { KeepAlives } from "./keep-alives.ts";
import { handOverLimitMs, type OtherWorkers, waitForOthers } from "./wait-for-others.ts";
import { closeWarmSandbox, type WarmSandbox } from "./warm-sandbox.ts";
import type { WarmSandboxes } from "./warm-sandboxes.ts";
import { WorkPause } from "./work-pause.ts";

const maxTimerMs = 2 ** 31 - 1;
/** Maximum idle time of a sandbox that a person is using. */
const maxIdleMs = 24 * 60 * 60_000;
/** Duration of each keep-alive extension while a person is using the sandbox. */
const holdMs = 5 * 60_000;

export interface WarmSandboxPoolOptions extends OtherWorkers {
  readonly store: Pick<SessionsStore, "warmSandboxRecords" | "preparations" | "events">;
  readonly sandboxes: Pick<SandboxProvider, "clear">;
  readonly clock: Clock;
  readonly log: Logger;
  /** Maximum memory of all idle sandboxes together. */
  readonly boundBytes: number;
  /** Returns the memory that is currently available on the machine. A new sandbox needs `reserveBytes` of it. */
  readonly availableBytes: () => number;
  readonly reserveBytes: number;
}

/** State of a sandbox's database row, and of its announcements to watchers. */
interface Origin {
  /** True if the sandbox was idle before this work, so that its row still exists. */
  readonly wasKept: boolean;
  /** True if watchers were notified that the sandbox is kept. They are then also notified when it stops. */
  readonly isAnnounced: boolean;
}

interface Idle {
  readonly kind: "idle";
  readonly warm: WarmSandbox;
  readonly idleSince: Date;
  readonly memoryBytes: number;
  /** True if no turn has used the sandbox yet. It has no row of its own, and its programs stay paused. */
  readonly isPrepared: boolean;
  /** True if a turn will use the prepared sandbox in a moment. Evicting it would free nothing. */
  readonly hasTurn: boolean;
  until: Date;
  /** True until the turn has ended. Programs are paused until then, and no program may start. */
  isStill: boolean;
  timer: NodeJS.Timeout | null;
  isAnnounced: boolean;
  announcing: Promise<void>;
}

/** State of a session's sandbox. A session has at most one sandbox here. */
type Held =
  /** The sandbox is changing from idle to working or back. It cannot be taken during the change. */
  | ({ readonly kind: "handover" } & Origin)
  /** A turn is working in the sandbox. */
  | ({ readonly kind: "working"; readonly warm: WarmSandbox } & Origin)
  | Idle
  | { readonly kind: "stopping"; readonly done: Promise<void> };

const newlyMade: Origin = { wasKept: false, isAnnounced: false };

/**
 * Sandboxes of one worker that remain running between the turns of their sessions. An idle sandbox has no access to a
 * model, the network or git. The pool saves a database row for each warm sandbox before its turn ends, so that no two
 * workers have sandboxes of the same session.
 */
export class WarmSandboxPool implements WarmSandboxes {
  readonly keepAlives = new KeepAlives();
  readonly #options: WarmSandboxPoolOptions;
  readonly #held = new Map<string, Held>();
  /** Sandboxes that turns have taken or begun, until they are kept or have stopped. */
  readonly #used = new Set<WarmSandbox>();
  /** Sandboxes that `endUsed` has stopped. They are not kept. */
  readonly #ended = new WeakSet<WarmSandbox>();
  readonly #pause: WorkPause;
  #isClosed = false;

  constructor(options: WarmSandboxPoolOptions) {
    this.#options = options;
    this.#pause = new WorkPause({ log: options.log, working: () => this.#allWorking() });
  }

  async claim(sessionId: string, signal: AbortSignal): Promise<boolean> {
    const idle = await this.#findIdle(sessionId);
    if (idle !== null) {
      // Leaves time for the steps before the work. If the turn ends during these steps, the sandbox stops when this
      // time is over.
      this.#arm(sessionId, idle, new Date(Math.max(idle.until.getTime(), this.#now() + handOverLimitMs)));
      return true;
    }
    await waitForOthers(this.#options, sessionId, signal);
    return false;
  }

  async take(sessionId: string): Promise<WarmSandbox | null> {
    const idle = await this.#findIdle(sessionId);
    if (idle === null) return null;
    clearTimer(idle);
    this.#used.add(idle.warm);
    this.#held.set(sessionId, { kind: "handover", wasKept: true, isAnnounced: idle.isAnnounced });
    try {
      await idle.warm.sandbox.resume();
    } catch (cause) {
      // Stops the sandbox, because no other reference to it is left. Ignores errors while stopping, because the first
      // error explains more.
      await Promise.allSettled([this.discard(sessionId, idle.warm, "Its programs could not be resumed.")]);
      throw cause;
    }
    return idle.warm;
  }

  begin(sessionId: string, warm: WarmSandbox): void {
    const { wasKept, isAnnounced } = this.#originOf(sessionId);
    this.#used.add(warm);
    this.#held.set(sessionId, { kind: "working", warm, wasKept, isAnnounced });
    this.#pause.begin(warm);
  }

  up(sessionId: string): WarmSandbox | "still" | null {
    const held = this.#held.get(sessionId);
    if (held?.kind === "working") return held.warm;
    if (held?.kind === "idle" && !held.isPrepared) return held.isStill ? "still" : held.warm;
    return null;
  }

  async putBack(sessionId: string, warm: WarmSandbox, keepMs: number): Promise<boolean> {
    const { store, workerId, clock, log } = this.#options;
    const { wasKept, isAnnounced } = this.#originOf(sessionId);
    this.#held.set(sessionId, { kind: "handover", wasKept, isAnnounced });
    const idleSince = clock.now();
    let until = idleSince;
    let isStill = false;
    let memoryBytes = 0;
    try {
      const asked = await store.warmSandboxRecords.askedFor(sessionId);
      until = new Date(Math.max(idleSince.getTime() + keepMs, asked?.getTime() ?? 0));
      if (until > idleSince && !this.#isClosed) {
        await store.warmSandboxRecords.save({ sessionId, workerId, until });
        isStill = await warm.sandbox.pause();
        if (isStill) memoryBytes = await warm.sandbox.memoryBytes();
        else log.warn({ sessionId }, "the sandbox is not kept, because its programs could not be paused");
      }
    } catch (cause) {
      // Stops the sandbox, because a session that remains in handover would never release its row. Ignores errors while
      // stopping, because the first error explains more.
      await Promise.allSettled([this.discard(sessionId, warm, "It could not be kept running.")]);
      throw cause;
    }
    if (!isStill || this.#isClosed || this.#ended.has(warm)) return this.#drop(sessionId, warm);
    return this.#keep(sessionId, {
      ...{ warm, idleSince, memoryBytes, until, isAnnounced },
      ...{ isPrepared: false, hasTurn: false },
    });
  }

  hasRoom(): boolean {
    const { availableBytes, reserveBytes } = this.#options;
    // A turn can still open a sandbox of its own afterward.
    return !this.#isClosed && availableBytes() >= 2 * reserveBytes;
  }

  async putPrepared(
    sessionId: string,
    warm: WarmSandbox,
    { until, hasTurn }: { readonly until: Date; readonly hasTurn: boolean },
  ): Promise<boolean> {
    const idleSince = this.#options.clock.now();
    try {
      if (!this.#isClosed && !this.#held.has(sessionId) && (await warm.sandbox.pause())) {
        const memoryBytes = await warm.sandbox.memoryBytes();
        return await this.#keep(sessionId, {
          ...{ warm, idleSince, memoryBytes, until, hasTurn },
          ...{ isAnnounced: false, isPrepared: true },
        });
      }
    } catch (cause) {
      // Ignores errors while stopping, because the first error explains more.
      await Promise.allSettled([closeWarmSandbox(warm)]);
      throw cause;
    }
    await closeWarmSandbox(warm);
    return false;
  }

  async release(sessionId: string, turnId: string): Promise<void> {
    const held = this.#held.get(sessionId);
    if (held?.kind !== "idle") return;
    await held.warm.sandbox.resume();
    held.isStill = false;
    // The sandbox may have been stopped in the meantime.
    if (this.#held.get(sessionId) !== held) return;
    await this.#announceKept(sessionId, held, turnId);
  }

  async stop(sessionId: string, reason: string): Promise<void> {
    const held = this.#held.get(sessionId);
    if (held?.kind === "stopping") return held.done;
    if (held?.kind !== "idle") return;
    clearTimer(held);
    const done = this.#end(sessionId, held, reason).finally(() => {
      const now = this.#held.get(sessionId);
      if (now?.kind === "stopping" && now.done === done) this.#held.delete(sessionId);
    });
    this.#held.set(sessionId, { kind: "stopping", done });
    return done;
  }

  async handOver(sessionId: string): Promise<void> {
    await this.stop(sessionId, "Another worker continues the session.");
    const held = this.#held.get(sessionId);
    if (held?.kind === "handover" || (held?.kind === "working" && held.wasKept)) return;
    // The row belongs to a sandbox that was already stopped in another way.
    await this.#options.store.warmSandboxRecords.drop(sessionId, this.#options.workerId);
  }

  async discard(sessionId: string, warm: WarmSandbox, reason: string): Promise<void> {
    const { isAnnounced } = this.#originOf(sessionId);
    await this.#drop(sessionId, warm);
    if (isAnnounced) await announceStopped(this.#options.store, sessionId, reason);
  }

  async reconsider(sessionId: string): Promise<void> {
    const { store, clock } = this.#options;
    const before = this.#held.get(sessionId);
    if (before?.kind !== "idle" || before.isPrepared) return;
    const until = await store.warmSandboxRecords.askedFor(sessionId);
    const held = this.#held.get(sessionId);
    if (until === null || held?.kind !== "idle") return;
    if (until <= clock.now()) return this.stop(sessionId, "It was stopped on request.");
    await this.#extend(sessionId, held, until);
  }

  async reconsiderAll(): Promise<void> {
    const { store, workerId } = this.#options;
    for (const [sessionId, { until: before, isPrepared }] of this.#allIdle()) {
      if (isPrepared) continue;
      const row = await store.warmSandboxRecords.find(sessionId);
      if (row?.workerId !== workerId) await this.stop(sessionId, "Another worker continues the session.");
      const until = await store.warmSandboxRecords.askedFor(sessionId);
      if (until !== null && until > before) await this.reconsider(sessionId);
    }
  }

  async evictForAnother(): Promise<void> {
    if (this.#allIdle().length === 0) return;
    const { availableBytes, reserveBytes } = this.#options;
    await this.#evictIdle(Math.max(0, reserveBytes - availableBytes()));
  }

  async clearAfter(workerId: string): Promise<void> {
    const { store, sandboxes, clock } = this.#options;
    for (const { sessionId } of await store.warmSandboxRecords.ofWorker(workerId)) {
      await sandboxes.clear(sessionId);
      await store.warmSandboxRecords.dropLost(sessionId, workerId, clock.now());
      await announceStopped(store, sessionId, "Its worker stopped.");
    }
  }

  /** Returns the numbers of sandboxes with a working turn, and of those that are kept. */
  count(): { readonly working: number; readonly idle: number } {
    return { working: this.#allWorking().length, idle: this.#allIdle().length };
  }

  async endUsed(): Promise<void> {
    // Without the harness's own end, which may be what a turn waits for.
    for (const warm of this.#used) this.#ended.add(warm);
    const ended = await Promise.allSettled([...this.#used].map(({ sandbox }) => sandbox.stop()));
    const failure = ended.find(({ status }) => status === "rejected");
    if (failure?.status === "rejected") throw failure.reason;
  }

  setMayAct(mayAct: boolean): void {
    this.#pause.setMayAct(mayAct);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#held.keys()].map((id) => this.stop(id, "The server stopped.")));
  }

  /** Keeps a paused sandbox. Returns false if it was stopped because memory is low. */
  async #keep(
    sessionId: string,
    kept: Omit<Idle, "kind" | "isStill" | "timer" | "announcing">,
  ): Promise<boolean> {
    const idle: Idle = { kind: "idle", ...kept, isStill: true, timer: null, announcing: Promise.resolve() };
    this.#used.delete(kept.warm);
    this.#held.set(sessionId, idle);
    this.#arm(sessionId, idle, idle.until);
    await this.#evictIdle(0);
    return this.#held.get(sessionId) === idle;
  }

  #allWorking(): WarmSandbox[] {
    return [...this.#held.values()].flatMap((held) => (held.kind === "working" ? [held.warm] : []));
  }

  #now(): number {
    return this.#options.clock.now().getTime();
  }

  #allIdle(): [string, Idle][] {
    return [...this.#held].flatMap(([id, held]) => (held.kind === "idle" ? [[id, held]] : []));
  }

  /** Waits for a sandbox that is stopping, and then returns the session's idle sandbox, or null. */
  async #findIdle(sessionId: string): Promise<Idle | null> {
    const before = this.#held.get(sessionId);
    if (before?.kind === "stopping") await before.done;
    const held = this.#held.get(sessionId);
    return held?.kind === "idle" ? held : null;
  }

  #originOf(sessionId: string): Origin {
    const held = this.#held.get(sessionId);
    return held?.kind === "handover" || held?.kind === "working" ? held : newlyMade;
  }

  /**
   * Stops idle sandboxes, longest idle first, until the remaining sandboxes are within the limit and at least
   * `neededBytes` have been freed.
   */
  async #evictIdle(neededBytes: number): Promise<void> {
    const { boundBytes } = this.#options;
    const idle = this.#allIdle().flatMap(([sessionId, { idleSince, memoryBytes, isPrepared, hasTurn }]) =>
      hasTurn ? [] : [{ sessionId, idleSince, memoryBytes, isPrepared }],
    );
    const stopping = decideEvictions(idle, { boundBytes, neededBytes });
    await Promise.all(stopping.map((id) => this.stop(id, "Another sandbox needed its memory.")));
  }

  #arm(sessionId: string, idle: Idle, until: Date): void {
    clearTimer(idle);
    idle.until = until;
    idle.timer = setTimeout(
      () => {
        if (idle.until.getTime() > this.#now()) return this.#arm(sessionId, idle, idle.until);
        this.#timeIsUp(sessionId, idle).catch((cause: unknown) => {
          this.#options.log.error({ err: cause, sessionId }, "an idle sandbox could not be stopped");
        });
      },
      Math.min(Math.max(0, until.getTime() - this.#now()), maxTimerMs),
    );
    idle.timer.unref();
  }

  async #timeIsUp(sessionId: string, idle: Idle): Promise<void> {
    const now = this.#now();
    const latest = idle.idleSince.getTime() + maxIdleMs;
    if (this.keepAlives.count(sessionId) === 0 || now >= latest) return this.stop(sessionId, "It was idle.");
    const until = new Date(Math.min(now + holdMs, latest));
    // Arms the timer before the database write, which may fail. Without a timer, the sandbox would run forever.
    this.#arm(sessionId, idle, until);
    await this.#extend(sessionId, idle, until);
  }

  async #extend(sessionId: string, idle: Idle, until: Date): Promise<void> {
    const { store, workerId } = this.#options;
    await store.warmSandboxRecords.save({ sessionId, workerId, until });
    if (this.#held.get(sessionId) !== idle) return;
    this.#arm(sessionId, idle, until);
    if (idle.isAnnounced) await this.#announceKept(sessionId, idle, newId());
  }

  async #end(sessionId: string, idle: Idle, reason: string): Promise<void> {
    await this.#drop(sessionId, idle.warm);
    // Waits for the announcement, to preserve the order of the events. A failed announcement has already been reported
    // to its own caller.
    await Promise.allSettled([idle.announcing]);
    if (idle.isAnnounced) await announceStopped(this.#options.store, sessionId, reason);
  }

  /** Stops the sandbox before it deletes the row, so that no sandbox keeps running if the database is unavailable. */
  async #drop(sessionId: string, warm: WarmSandbox): Promise<false> {
    const { store, workerId } = this.#options;
    const held = this.#held.get(sessionId);
    if (held?.kind === "working" || held?.kind === "handover") this.#held.delete(sessionId);
    await closeWarmSandbox(warm).finally(() => this.#used.delete(warm));
    await store.warmSandboxRecords.drop(sessionId, workerId);
    return false;
  }

  async #announceKept(sessionId: string, idle: Idle, key: string): Promise<void> {
    idle.isAnnounced = true;
    idle.announcing = announceKept(this.#options.store, sessionId, { until: idle.until, key });
    await idle.announcing;
  }
}

function clearTimer(idle: Idle): void {
  if (idle.timer !== null) clearTimeout(idle.timer);
}
