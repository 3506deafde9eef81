import type { HarnessUpdate } from "../../../core/turns/index.ts";
import { sizeOf } from "./size-of.ts";

/** How much a harness may tell: a burst, and what refills it. Far above what a model writes. */
export interface Pace {
  readonly burstUpdates: number;
  readonly updatesPerSecond: number;
  readonly burstChars: number;
  readonly charsPerSecond: number;
  /** Milliseconds of a clock that only goes forward. */
  readonly now: () => number;
}

export const defaultPace: Pace = {
  burstUpdates: 2_000,
  updatesPerSecond: 100,
  burstChars: 8 * 1024 * 1024,
  charsPerSecond: 128 * 1024,
  now: () => performance.now(),
};

/** Once closed it opens when this part of both bursts is there again, so that a flood is told of once and not at each drop. */
const openAt = 1 / 4;

/**
 * Lets pass what a person could follow and drops a flood: one notice says how many were dropped. The end of a tool call whose
 * beginning was told always passes, without its texts when there is no room for them.
 */
export class FloodGate {
  readonly #pace: Pace;
  readonly #openCalls = new Set<string>();
  #updates: number;
  #chars: number;
  #filledAt: number;
  #isClosed = false;
  #dropped = 0;

  constructor(pace: Pace = defaultPace) {
    this.#pace = pace;
    this.#updates = pace.burstUpdates;
    this.#chars = pace.burstChars;
    this.#filledAt = pace.now();
  }

  /** What is to be told now: the update, a notice before it, or nothing. */
  pass(update: HarnessUpdate): HarnessUpdate[] {
    if (update.type === "usage" || update.type === "harness.ended") return [...this.flush(), update];
    this.#refill();
    const size = sizeOf(update);
    if (this.#isClosed) this.#isClosed = !this.#hasRoomFor(openAt);
    if (!this.#isClosed) this.#isClosed = this.#updates < 1 || this.#chars < size;
    if (this.#isClosed) {
      if (this.#isOwed(update)) return [this.#note({ ...update, input: null, output: null, diffs: [] })];
      this.#dropped += 1;
      return [];
    }
    this.#updates -= 1;
    this.#chars -= size;
    return [...this.flush(), this.#note(update)];
  }

  /** An update that was lost before it came here. */
  noteDropped(): void {
    this.#dropped += 1;
  }

  /** The notice of what was dropped since the last one. */
  flush(): HarnessUpdate[] {
    if (this.#dropped === 0) return [];
    const what = this.#dropped === 1 ? "1 update" : `${this.#dropped} updates`;
    this.#dropped = 0;
    const message = `${what} of the harness dropped: it told more than can be kept. Its work was not stopped.`;
    return [{ type: "notice", message }];
  }

  #refill(): void {
    const now = this.#pace.now();
    const seconds = (now - this.#filledAt) / 1000;
    this.#filledAt = now;
    const { burstUpdates, updatesPerSecond, burstChars, charsPerSecond } = this.#pace;
    this.#updates = Math.min(burstUpdates, this.#updates + seconds * updatesPerSecond);
    this.#chars = Math.min(burstChars, this.#chars + seconds * charsPerSecond);
  }

  #hasRoomFor(part: number): boolean {
    return this.#updates >= this.#pace.burstUpdates * part && this.#chars >= this.#pace.burstChars * part;
  }

  #isOwed(update: HarnessUpdate): update is Extract<HarnessUpdate, { type: "toolCall" }> {
    return update.type === "toolCall" && isOver(update.status) && this.#openCalls.has(update.toolCallId);
  }

  #note<U extends HarnessUpdate>(update: U): U {
    if (update.type !== "toolCall") return update;
    if (isOver(update.status)) this.#openCalls.delete(update.toolCallId);
    else this.#openCalls.add(update.toolCallId);
    return update;
  }
}

function isOver(status: string): boolean {
  return status === "completed" || status === "failed";
}
