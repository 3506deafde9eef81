import type { Logger } from "../core/base/index.ts";
import { TurnInterrupt, WakeSignal } from "../core/turns/index.ts";
import { settlesWithin } from "../runtime/with-timeout.ts";

/** Maximum time for handing work back. Harnesses normally exit within a few seconds. */
const HAND_BACK_LIMIT_MS = 60_000;

/** Turn or job that this process holds. Disposing of the object releases the work. */
export interface HeldWork extends Disposable {
  /** Signal that aborts with a `TurnInterrupt` as its reason. */
  readonly signal: AbortSignal;
  /** Signal that is notified when the store may contain new data for the work. */
  readonly wakeSignal: WakeSignal;
  /** Marks the work as no longer running in this process. Idempotent. */
  release(): void;
}

/** Tracks the turns or jobs that run in this process, and interrupts them on request. */
export class RunningWork {
  readonly #held = new Map<
    string,
    {
      readonly controller: AbortController;
      readonly wakeSignal: WakeSignal;
      readonly released: Promise<void>;
    }
  >();
  /** IDs of work that was refused, until `forgetRefused`. */
  readonly #refused = new Set<string>();
  #isRefusing = false;

  hold(id: string): HeldWork {
    const controller = new AbortController();
    const { promise: released, resolve } = Promise.withResolvers<void>();
    if (this.#isRefusing) {
      controller.abort(new TurnInterrupt("handedBack"));
      this.#refused.add(id);
    }
    const wakeSignal = new WakeSignal();
    const entry = { controller, wakeSignal, released };
    this.#held.set(id, entry);
    const release = () => {
      resolve();
      if (this.#held.get(id) === entry) this.#held.delete(id);
    };
    return { signal: controller.signal, wakeSignal, release, [Symbol.dispose]: release };
  }

  /** Hands back all work that starts from now on. Work that is already held continues. */
  refuse(): void {
    this.#isRefusing = true;
  }

  /** Returns the IDs of work that started after `refuse`. */
  refused(): string[] {
    return [...this.#refused];
  }

  forgetRefused(ids: readonly string[]): void {
    for (const id of ids) this.#refused.delete(id);
  }

  ids(): string[] {
    return [...this.#held.keys()];
  }

  interrupt(id: string, reason: TurnInterrupt): void {
    this.#held.get(id)?.controller.abort(reason);
  }

  notify(id: string): void {
    this.#held.get(id)?.wakeSignal.notify();
  }

  /**
   * Interrupts all work and waits until it is released. Logs the IDs of work that is not released in time. The next
   * owner of that work fences off this process.
   */
  async handBack(log: Logger, limitMs = HAND_BACK_LIMIT_MS): Promise<void> {
    this.refuse();
    await this.#end("handedBack", log, limitMs);
  }

  /** Interrupts all work that another worker has taken over, and waits in the same way. Later work may start. */
  abandon(log: Logger, limitMs = HAND_BACK_LIMIT_MS): Promise<void> {
    return this.#end("takenOver", log, limitMs);
  }

  async #end(kind: "handedBack" | "takenOver", log: Logger, limitMs: number): Promise<void> {
    const held = [...this.#held.values()];
    for (const { controller } of held) controller.abort(new TurnInterrupt(kind));
    const all = Promise.all(held.map(({ released }) => released));
    if (!(await settlesWithin(all, limitMs))) {
      log.error(
        { ids: this.ids(), kind },
        "turns or jobs did not stop in time after they were handed back or taken over",
      );
    }
  }
}
