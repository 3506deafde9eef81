import { resolveOnAbort } from "../../../runtime/on-abort.ts";
import { Semaphore } from "../../../runtime/semaphore.ts";
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

interface Held {
  preparation: Preparation;
  readonly controller: AbortController;
  /** Resolves when the work is prepared, or to null if it could not be. Never rejects. */
  readonly done: Promise<PreparedWork | null>;
  timer: NodeJS.Timeout | null;
  /** True while a turn takes over the work, which then does not expire. */
  isClaimed: boolean;
  ending: Promise<void> | null;
}

export interface PreparationPoolOptions {
  readonly workerId: string;
  readonly ports: () => TurnsPorts;
  /** True if turns need the machine. */
  readonly isBusy: () => boolean;
  /** Prepares the work. Defaults to `prepareWork`. */
  readonly prepare?: typeof prepareWork;
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
    const { store, clock, warmSandboxes } = this.#ports;
    const { workerId, isBusy } = this.#options;
    const preparation = await store.preparations.find(id);
    const held = this.#held.get(id);
    if (held !== undefined) return this.#reconsider(held, preparation);
    if (preparation === null || preparation.workerId !== null || preparation.usedAt !== null) return;
    if (this.#isClosed || isBusy() || this.#held.size >= maxHeld || !warmSandboxes.hasRoom()) {
      this.#ports.log.info({ preparationId: id }, "no work is prepared, because this worker is busy");
      return;
    }
    const claimed = await store.preparations.claim(id, workerId, clock.now());
    if (claimed !== null) this.#begin(claimed);
  }

  async claim(sessionId: string, signal: AbortSignal): Promise<PreparedWork | null> {
    const held = this.#held.get(sessionId);
    if (held === undefined) return null;
    held.isClaimed = true;
    const work = await resolveOnAbort(held.done, signal, null);
    if (signal.aborted) held.isClaimed = false;
    signal.throwIfAborted();
    return held.ending === null ? work : null;
  }

  async finish(sessionId: string): Promise<void> {
    await this.#ports.store.preparations.delete(sessionId);
    const held = this.#held.get(sessionId);
    if (held === undefined) return;
    this.#held.delete(sessionId);
    this.#count(held, "used");
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
    const { store, sandboxes } = this.#ports;
    for (const { id } of await store.preparations.ofWorker(workerId)) {
      await sandboxes.clear(id);
      await removePreparation(this.#ports, id, workerId);
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#held.values()].map((held) => this.#end(held, "discarded")));
  }

  get #ports(): TurnsPorts {
    return this.#options.ports();
  }

  #begin(preparation: Preparation): void {
    const controller = new AbortController();
    const { id } = preparation;
    const signal = AbortSignal.any([controller.signal, AbortSignal.timeout(limitMs)]);
    const { prepare = prepareWork } = this.#options;
    const done = this.#turnstile
      .run(() => prepare(this.#ports, preparation, signal), signal)
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
    const held: Held = { preparation, controller, done, timer: null, isClaimed: false, ending: null };
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
    if (stored?.workerId !== this.#options.workerId) return this.#end(held, "discarded");
    held.preparation = stored;
    this.#arm(held);
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
      log.warn(
        { err: cause, preparationId: id },
        "expired work could not be removed; the next start removes it",
      );
    }
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
