import { type Clock, type Logger, newId } from "../../base/index.ts";
import type { SessionsStore } from "../../sessions/index.ts";
import type { SandboxProvider } from "../sandbox/sandbox.ts";
import { announceKept, announceStopped } from "./announce.ts";
import { decideEvictions } from "./decide-evictions.ts";
import { KeepAlives } from "./keep-alives.ts";
import { handOverLimitMs, type OtherWorkers, waitForOthers } from "./wait-for-others.ts";
import { closeWarmSandbox, type WarmSandbox } from "./warm-sandbox.ts";
import type { WarmSandboxes } from "./warm-sandboxes.ts";

const maxTimerMs = 2 ** 31 - 1;
/** The most that can be asked for. */
const maxIdleMs = 24 * 60 * 60_000;
/** For how much longer a sandbox stays in which somebody is. */
const holdMs = 5 * 60_000;

export interface WarmSandboxPoolOptions extends OtherWorkers {
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

/** The state of a sandbox's row in the database, and of its announcements to watchers. */
interface Origin {
  /** It was idle before this work, so that its row still exists. */
  readonly wasKept: boolean;
  /** Watchers were told that it is kept, and will be told that it stopped. */
  readonly isAnnounced: boolean;
}

interface Idle {
  readonly kind: "idle";
  readonly warm: WarmSandbox;
  readonly idleSince: Date;
  readonly memoryBytes: number;
  until: Date;
  /** The turn has not ended: programs stand still, and none may begin. */
  isStill: boolean;
  timer: NodeJS.Timeout | null;
  isAnnounced: boolean;
  announcing: Promise<void>;
}

/** A session has at most one sandbox here, which is in one of these states. */
type Held =
  /** Changes from idle to work or back, and cannot be taken meanwhile. */
  | ({ readonly kind: "handover" } & Origin)
  /** A turn works in it. */
  | ({ readonly kind: "working"; readonly warm: WarmSandbox } & Origin)
  | Idle
  | { readonly kind: "stopping"; readonly done: Promise<void> };

const newlyMade: Origin = { wasKept: false, isAnnounced: false };

/**
 * The sandboxes that stay up between the turns of their sessions, in the hands of one worker. An idle one has no connections out: no
 * model, no network and no git. Each is in the database before its turn ends, so that no two workers have sandboxes of one session.
 */
export class WarmSandboxPool implements WarmSandboxes {
  readonly keepAlives = new KeepAlives();
  readonly #options: WarmSandboxPoolOptions;
  readonly #held = new Map<string, Held>();
  #isClosed = false;

  constructor(options: WarmSandboxPoolOptions) {
    this.#options = options;
  }

  async claim(sessionId: string, signal: AbortSignal): Promise<boolean> {
    const idle = await this.#findIdle(sessionId);
    if (idle !== null) {
      // Room for what comes before the work; should the turn end there, it stops then.
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
    this.#held.set(sessionId, { kind: "handover", wasKept: true, isAnnounced: idle.isAnnounced });
    try {
      await idle.warm.sandbox.resume();
    } catch (cause) {
      // No other reference to it is left. The first error explains more than one of its end.
      await Promise.allSettled([this.discard(sessionId, idle.warm, "Its programs could not continue.")]);
      throw cause;
    }
    return idle.warm;
  }

  begin(sessionId: string, warm: WarmSandbox): void {
    const { wasKept, isAnnounced } = this.#originOf(sessionId);
    this.#held.set(sessionId, { kind: "working", warm, wasKept, isAnnounced });
  }

  up(sessionId: string): WarmSandbox | "still" | null {
    const held = this.#held.get(sessionId);
    if (held?.kind === "working") return held.warm;
    if (held?.kind === "idle") return held.isStill ? "still" : held.warm;
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
      const asked = await store.keptSandboxes.askedFor(sessionId);
      until = new Date(Math.max(idleSince.getTime() + keepMs, asked?.getTime() ?? 0));
      if (until > idleSince && !this.#isClosed) {
        await store.keptSandboxes.save({ sessionId, workerId, until });
        isStill = await warm.sandbox.pause();
        if (isStill) memoryBytes = await warm.sandbox.memoryBytes();
        else log.warn({ sessionId }, "the sandbox is not kept: its programs did not stand still");
      }
    } catch (cause) {
      // A session that stayed in handover would never let go of its row. The first error explains more than one of the end.
      await Promise.allSettled([this.discard(sessionId, warm, "It could not be kept.")]);
      throw cause;
    }
    if (!isStill || this.#isClosed) return this.#drop(sessionId, warm);
    const idle: Idle = {
      kind: "idle",
      warm,
      idleSince,
      memoryBytes,
      until,
      isStill: true,
      timer: null,
      isAnnounced,
      announcing: Promise.resolve(),
    };
    this.#held.set(sessionId, idle);
    this.#arm(sessionId, idle, until);
    await this.#makeRoom(0);
    return this.#held.get(sessionId) === idle;
  }

  async release(sessionId: string, turnId: string): Promise<void> {
    const held = this.#held.get(sessionId);
    if (held?.kind !== "idle") return;
    await held.warm.sandbox.resume();
    held.isStill = false;
    // It may have been stopped meanwhile.
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
    await this.stop(sessionId, "Another worker goes on with the session.");
    const held = this.#held.get(sessionId);
    if (held?.kind === "handover" || (held?.kind === "working" && held.wasKept)) return;
    // What the row was of has ended otherwise.
    await this.#options.store.keptSandboxes.drop(sessionId, this.#options.workerId);
  }

  async discard(sessionId: string, warm: WarmSandbox, reason: string): Promise<void> {
    const { isAnnounced } = this.#originOf(sessionId);
    await this.#drop(sessionId, warm);
    if (isAnnounced) await announceStopped(this.#options.store, sessionId, reason);
  }

  async reconsider(sessionId: string): Promise<void> {
    const { store, clock } = this.#options;
    if (this.#held.get(sessionId)?.kind !== "idle") return;
    const until = await store.keptSandboxes.askedFor(sessionId);
    const held = this.#held.get(sessionId);
    if (until === null || held?.kind !== "idle") return;
    if (until <= clock.now()) return this.stop(sessionId, "It was asked to stop.");
    await this.#extend(sessionId, held, until);
  }

  async reconsiderAll(): Promise<void> {
    const { store, workerId } = this.#options;
    for (const [sessionId, { until: before }] of this.#allIdle()) {
      const row = await store.keptSandboxes.find(sessionId);
      if (row?.workerId !== workerId) await this.stop(sessionId, "Another worker goes on with the session.");
      const until = await store.keptSandboxes.askedFor(sessionId);
      if (until !== null && until > before) await this.reconsider(sessionId);
    }
  }

  async makeRoomForAnother(): Promise<void> {
    if (this.#allIdle().length === 0) return;
    const { availableBytes, reserveBytes } = this.#options;
    await this.#makeRoom(Math.max(0, reserveBytes - availableBytes()));
  }

  async clearAfter(workerId: string): Promise<void> {
    const { store, sandboxes } = this.#options;
    for (const { sessionId } of await store.keptSandboxes.ofWorker(workerId)) {
      await sandboxes.clear(sessionId);
      await store.keptSandboxes.drop(sessionId, workerId);
      await announceStopped(store, sessionId, "Its server ended.");
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#held.keys()].map((id) => this.stop(id, "The server stopped.")));
  }

  #now(): number {
    return this.#options.clock.now().getTime();
  }

  #allIdle(): [string, Idle][] {
    return [...this.#held].flatMap(([id, held]) => (held.kind === "idle" ? [[id, held]] : []));
  }

  /** Waits for a sandbox that is stopping, then returns the session's idle one; null without one. */
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

  /** Stops idle ones, the oldest first, until there is room for one that needs so much. */
  async #makeRoom(neededBytes: number): Promise<void> {
    const { boundBytes } = this.#options;
    const idle = this.#allIdle().map(([sessionId, { idleSince, memoryBytes }]) => ({
      sessionId,
      idleSince,
      memoryBytes,
    }));
    const stopping = decideEvictions(idle, { boundBytes, neededBytes });
    await Promise.all(stopping.map((id) => this.stop(id, "Another sandbox needed the room.")));
  }

  #arm(sessionId: string, idle: Idle, until: Date): void {
    clearTimer(idle);
    idle.until = until;
    idle.timer = setTimeout(
      () => {
        if (idle.until.getTime() > this.#now()) return this.#arm(sessionId, idle, idle.until);
        this.#timeIsUp(sessionId, idle).catch((cause: unknown) => {
          this.#options.log.error({ err: cause, sessionId }, "an idle sandbox did not stop as it should");
        });
      },
      Math.min(Math.max(0, until.getTime() - this.#now()), maxTimerMs),
    );
    idle.timer.unref();
  }

  async #timeIsUp(sessionId: string, idle: Idle): Promise<void> {
    const now = this.#now();
    const latest = idle.idleSince.getTime() + maxIdleMs;
    if (this.keepAlives.count(sessionId) === 0 || now >= latest)
      return this.stop(sessionId, "Nobody used it.");
    const until = new Date(Math.min(now + holdMs, latest));
    // Before the database, which may be away: without a timer it would stay up for ever.
    this.#arm(sessionId, idle, until);
    await this.#extend(sessionId, idle, until);
  }

  async #extend(sessionId: string, idle: Idle, until: Date): Promise<void> {
    const { store, workerId } = this.#options;
    await store.keptSandboxes.save({ sessionId, workerId, until });
    if (this.#held.get(sessionId) !== idle) return;
    this.#arm(sessionId, idle, until);
    if (idle.isAnnounced) await this.#announceKept(sessionId, idle, newId());
  }

  async #end(sessionId: string, idle: Idle, reason: string): Promise<void> {
    await this.#drop(sessionId, idle.warm);
    // Keeps the order of the events. A failed announcement was reported to its own caller.
    await Promise.allSettled([idle.announcing]);
    if (idle.isAnnounced) await announceStopped(this.#options.store, sessionId, reason);
  }

  /** The sandbox first: when the database is away, nothing runs on. */
  async #drop(sessionId: string, warm: WarmSandbox): Promise<false> {
    const { store, workerId } = this.#options;
    const held = this.#held.get(sessionId);
    if (held?.kind === "working" || held?.kind === "handover") this.#held.delete(sessionId);
    await closeWarmSandbox(warm);
    await store.keptSandboxes.drop(sessionId, workerId);
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
