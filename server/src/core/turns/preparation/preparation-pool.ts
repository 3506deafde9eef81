import { resolveOnAbort } from "../../../runtime/on-abort.ts";
import { Semaphore } from "../../../runtime/semaphore.ts";
import { minuteMs, paths } from "../../base/index.ts";
import type { Preparation } from "../../sessions/index.ts";
import type { TurnsPorts } from "../ports.ts";
import type { Preparations, PreparedWork } from "./preparations.ts";
import { prepareWork } from "./prepare-work.ts";
import { removePreparation } from "./remove-preparation.ts";

/** Maximum number of preparations that a worker holds. */
const maxHeld = 4;
/** Maximum duration of a preparation. */
const limitMs = 60_000;
/** Time for which the work of a session waits for its turn after the request has expired. */
const graceMs = 60_000;
/** Time for which a turn waits for work that is being prepared. Afterward, it starts without the work. */
const claimLimitMs = 20_000;
/** Time after which a failed removal is repeated. */
const retryMs = 30_000;

interface Held {
  preparation: Preparation;
  readonly controller: AbortController;
  /** Resolves when the work is prepared, or to null if it could not be. Never rejects. */
  readonly done: Promise<PreparedWork | null>;
  /** False while the preparation waits for others. */
  hasBegun: boolean;
  timer: NodeJS.Timeout | null;
  /** True while a turn takes over the work, which then does not expire. */
  isClaimed: boolean;
  ending: Promise<void> | null;
}

export interface PreparationPoolOptions {
  readonly workerId: string;
  readonly ports: () => TurnsPorts;
  /** True if turns or builds need the machine. */
  readonly isBusy: () => boolean;
  /** Prepares the work. Defaults to `prepareWork`. */
  readonly prepare?: typeof prepareWork;
  /** Time for which a turn waits for work that is being prepared. Defaults to 20 seconds. */
  readonly claimLimitMs?: number;
  /** Time after which a failed removal is repeated. Defaults to 30 seconds. */
  readonly retryMs?: number;
}

type Outcome = "used" | "discarded" | "failed";

/** Preparations of one worker. They run one at a time, and each is in the store until it is used or removed. */
export class PreparationPool implements Preparations {
  readonly #options: PreparationPoolOptions;
  readonly #held = new Map<string, Held>();
  readonly #turnstile = new Semaphore(1);
  readonly #counts: Record<Outcome, number> = { used: 0, discarded: 0, failed: 0 };
  #isClosed = false;

  constructor(options: PreparationPoolOptions) {
    this.#options = options;
  }

  async consider(id: string): Promise<void> {
    const { store, clock } = this.#ports;
    const preparation = await store.preparations.find(id);
    const held = this.#held.get(id);
    if (held !== undefined) return this.#reconsider(held, preparation);
    if (preparation === null || preparation.workerId !== null || preparation.usedAt !== null) return;
    if (this.#isClosed || this.#held.size >= maxHeld || this.#isBusy()) {
      this.#ports.log.info({ preparationId: id }, "this worker is busy and prepares nothing");
      return;
    }
    const claimed = await store.preparations.claim(id, this.#options.workerId, clock.now());
    if (claimed !== null) this.#begin(claimed);
  }

  async claim(sessionId: string, signal: AbortSignal): Promise<PreparedWork | null> {
    const held = this.#held.get(sessionId);
    if (held === undefined) return null;
    const work = await this.#waitFor(held, signal);
    if (work !== null && held.ending === null && this.#held.get(sessionId) === held) return work;
    held.isClaimed = false;
    await this.#end(held, "discarded");
    return null;
  }

  async finish(sessionId: string): Promise<void> {
    const held = this.#held.get(sessionId);
    // Removed first. Otherwise, a notice during the deletion would discard the work that the turn uses.
    this.#held.delete(sessionId);
    if (held?.timer != null) clearTimeout(held.timer);
    try {
      await this.#ports.store.preparations.delete(sessionId);
    } catch (cause) {
      if (held !== undefined) this.#putBack(held);
      throw cause;
    }
    if (held !== undefined) this.#count(held, "used");
  }

  async abandon(sessionId: string): Promise<void> {
    const held = this.#held.get(sessionId);
    if (held !== undefined) await this.#end(held, "discarded");
    else await removePreparation(this.#ports, sessionId, this.#options.workerId);
  }

  async reconsiderAll(): Promise<void> {
    for (const [id, held] of [...this.#held])
      await this.#reconsider(held, await this.#ports.store.preparations.find(id));
  }

  async clearAfter(workerId: string): Promise<void> {
    for (const preparation of await this.#ports.store.preparations.ofWorker(workerId))
      await this.#clear(preparation);
  }

  async tend(): Promise<void> {
    const { store, clock } = this.#ports;
    await store.preparations.deleteUnclaimed(new Date(clock.now().getTime() - minuteMs));
    for (const preparation of await store.preparations.ofMissingWorkers()) await this.#clear(preparation);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const ends = [...this.#held.values()].map((held) => this.#end(held, "discarded"));
    const failed = (await Promise.allSettled(ends)).find(({ status }) => status === "rejected");
    if (failed?.status === "rejected") throw failed.reason;
  }

  get #ports(): TurnsPorts {
    return this.#options.ports();
  }

  #isBusy(): boolean {
    return this.#options.isBusy() || !this.#ports.warmSandboxes.hasRoom();
  }

  /**
   * Waits a limited time for work that is being prepared. Returns null at once for work that waits for others, because
   * they may belong to other organizations and wait for slow forges.
   */
  async #waitFor(held: Held, signal: AbortSignal): Promise<PreparedWork | null> {
    if (!held.hasBegun || held.controller.signal.aborted) return null;
    held.isClaimed = true;
    const late = AbortSignal.timeout(this.#options.claimLimitMs ?? claimLimitMs);
    const work = await resolveOnAbort(held.done, AbortSignal.any([signal, late]), null);
    if (signal.aborted) held.isClaimed = false;
    signal.throwIfAborted();
    return work;
  }

  /** Removes the preparation of a lost worker. A failure does not keep other sessions from continuing. */
  async #clear({ id, workerId }: Preparation): Promise<void> {
    if (workerId === null) return;
    try {
      for (const name of [id, paths.restoring(id)]) await this.#ports.sandboxes.clear(name);
      await removePreparation(this.#ports, id, workerId);
    } catch (cause) {
      this.#ports.log.warn(
        { err: cause, preparationId: id },
        "the work of a lost worker could not be removed; retrying",
      );
    }
  }

  #begin(preparation: Preparation): void {
    const controller = new AbortController();
    const { id } = preparation;
    const signal = AbortSignal.any([controller.signal, AbortSignal.timeout(limitMs)]);
    const { prepare = prepareWork } = this.#options;
    const begin = async () => {
      // Turns may have started while the preparation waited.
      if (this.#isBusy()) return "this worker is busy";
      held.hasBegun = true;
      return prepare(this.#ports, preparation, signal);
    };
    const done = this.#turnstile
      .run(begin, signal)
      .then((outcome) => {
        if (typeof outcome !== "string") return outcome;
        this.#ports.log.info({ preparationId: id, reason: outcome }, "nothing was prepared");
        return null;
      })
      .catch((cause: unknown) => {
        if (!controller.signal.aborted)
          this.#ports.log.warn({ err: cause, preparationId: id }, "work could not be prepared");
        return null;
      });
    const held: Held = {
      ...{ preparation, controller, done, timer: null },
      ...{ hasBegun: false, isClaimed: false, ending: null },
    };
    this.#held.set(id, held);
    this.#arm(held);
    void done.then((work) => {
      if (work === null && held.ending === null) this.#endLater(held, "failed");
      if (work !== null) this.#ports.log.info({ preparationId: id }, "work is prepared");
    });
  }

  /** Applies the stored state of a preparation that this worker holds. */
  async #reconsider(held: Held, stored: Preparation | null): Promise<void> {
    if (held.ending !== null) return held.ending;
    const hasStopped = held.controller.signal.aborted;
    if (hasStopped || stored?.workerId !== this.#options.workerId) return this.#end(held, "discarded");
    held.preparation = stored;
    this.#arm(held);
    // The turn follows soon, and waits for the same fetch.
    if (stored.usedAt !== null) void this.#fetchAgain(held);
  }

  /** Fetches the mirrors for a session that exists now. The turn reports a failure. */
  async #fetchAgain({ done, hasBegun }: Held): Promise<void> {
    if (hasBegun) await (await done)?.fetchAgain().catch(() => {});
  }

  /** Discards the work when it has expired. Work that a session uses waits longer for its turn. */
  #arm(held: Held): void {
    if (held.timer !== null) clearTimeout(held.timer);
    const { expiresAt, usedAt } = held.preparation;
    const isWaiting = usedAt !== null || held.isClaimed;
    const until = expiresAt.getTime() + (isWaiting ? graceMs : 0);
    const waitMs = Math.max(held.isClaimed ? graceMs : 0, until - this.#ports.clock.now().getTime());
    held.timer = setTimeout(() => void this.#timeIsUp(held), waitMs);
    held.timer.unref();
  }

  async #timeIsUp(held: Held): Promise<void> {
    const { store, log } = this.#ports;
    const { id, usedAt } = held.preparation;
    try {
      const stored = await store.preparations.find(id);
      const isExtended = stored !== null && stored.expiresAt > this.#ports.clock.now();
      const isNewlyUsed = stored !== null && stored.usedAt !== null && usedAt === null;
      if (isExtended || isNewlyUsed || (held.isClaimed && stored?.workerId === this.#options.workerId))
        return await this.#reconsider(held, stored);
      await this.#end(held, "discarded");
    } catch (cause) {
      log.warn({ err: cause, preparationId: id }, "expired work could not be removed; retrying");
      this.#retryLater(held);
    }
  }

  /** Keeps work whose turn could not be recorded, until the turn claims it again or it expires. */
  #putBack(held: Held): void {
    held.isClaimed = false;
    this.#held.set(held.preparation.id, held);
    this.#arm(held);
  }

  #retryLater(held: Held): void {
    if (this.#isClosed) return;
    if (held.timer !== null) clearTimeout(held.timer);
    held.timer = setTimeout(() => void this.#timeIsUp(held), this.#options.retryMs ?? retryMs);
    held.timer.unref();
  }

  #endLater(held: Held, outcome: Outcome): void {
    this.#end(held, outcome).catch((cause: unknown) => {
      const { id } = held.preparation;
      this.#ports.log.warn({ err: cause, preparationId: id }, "prepared work could not be removed");
    });
  }

  /** Stops the work and removes what it left. Concurrent calls share the result. A failed removal may be repeated. */
  #end(held: Held, outcome: Outcome): Promise<void> {
    held.ending ??= this.#remove(held, outcome).catch((cause: unknown) => {
      held.ending = null;
      // Otherwise, the work would occupy its place until the worker stops.
      this.#retryLater(held);
      throw cause;
    });
    return held.ending;
  }

  async #remove(held: Held, outcome: Outcome): Promise<void> {
    const { id } = held.preparation;
    if (held.timer !== null) clearTimeout(held.timer);
    held.controller.abort();
    await held.done;
    await this.#ports.warmSandboxes.stop(id, "Its prepared work was discarded.");
    await removePreparation(this.#ports, id, this.#options.workerId);
    if (this.#held.get(id) === held) this.#held.delete(id);
    this.#count(held, outcome);
  }

  #count({ preparation: { id, organizationId } }: Held, outcome: Outcome): void {
    this.#counts[outcome] += 1;
    this.#ports.log.info(
      { organizationId, preparationId: id, outcome, counts: { ...this.#counts } },
      "prepared work has ended",
    );
  }
}
