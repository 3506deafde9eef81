import type { Store } from "../core/ports/store.ts";
import { TurnInterrupt } from "../core/turn/interrupt.ts";

/** One turn in the hands of this process. */
export interface HeldTurn {
  /** Aborted with a `TurnInterrupt`. */
  readonly signal: AbortSignal;
  /** Nothing of the turn runs here any more. Idempotent. */
  release(): void;
}

/** The turns this process works at the moment, and how to interrupt each. */
export class RunningTurns {
  readonly #turns = new Map<
    string,
    { readonly controller: AbortController; readonly released: Promise<void> }
  >();
  #isHandingBack = false;

  hold(turnId: string): HeldTurn {
    const controller = new AbortController();
    const { promise: released, resolve } = Promise.withResolvers<void>();
    if (this.#isHandingBack) controller.abort(new TurnInterrupt("handedBack"));
    const entry = { controller, released };
    this.#turns.set(turnId, entry);
    const release = () => {
      resolve();
      if (this.#turns.get(turnId) === entry) this.#turns.delete(turnId);
    };
    return { signal: controller.signal, release };
  }

  interrupt(turnId: string, reason: TurnInterrupt): void {
    this.#turns.get(turnId)?.controller.abort(reason);
  }

  /** Stop notices may have been missed: asks the store. */
  async recheck(store: Store): Promise<void> {
    for (const turnId of this.#turns.keys()) {
      const turn = await store.turns.find(turnId);
      if (turn?.isStopRequested === true) this.interrupt(turnId, new TurnInterrupt("stopped"));
    }
  }

  /** Interrupts every turn and waits until nothing of them runs here any more. */
  async handBack(): Promise<void> {
    this.#isHandingBack = true;
    const turns = [...this.#turns.values()];
    for (const { controller } of turns) controller.abort(new TurnInterrupt("handedBack"));
    await Promise.all(turns.map(({ released }) => released));
  }
}
