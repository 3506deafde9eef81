import type { HarnessUpdate } from "../../../core/turns/index.ts";
import { updateSize } from "./update-size.ts";

/** Maximum rate at which a harness may send updates, as a burst and its refill rate. It is far above a model's output rate. */
export interface Pace {
  readonly burstUpdates: number;
  readonly updatesPerSecond: number;
  readonly burstChars: number;
  readonly charsPerSecond: number;
  /** Returns the time of a monotonic clock, in milliseconds. */
  readonly now: () => number;
}

export const defaultPace: Pace = {
  burstUpdates: 2_000,
  updatesPerSecond: 100,
  burstChars: 8 * 1024 * 1024,
  charsPerSecond: 128 * 1024,
  now: () => performance.now(),
};

/**
 * Share of both bursts that must be available again before a closed gate opens. It ensures that a flood causes a single notice instead of
 * one per dropped update.
 */
const openAt = 1 / 4;

/**
 * Passes updates up to a rate that a user could follow, and drops a flood. A notice reports the number of dropped updates. Always passes usage,
 * the end of a prompt and the end of a tool call whose start was passed. While the gate is closed, the end of a tool call has no input, output
 * or diffs.
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

  /** Returns the updates to send now: this update, possibly preceded by a notice, or none. */
  pass(update: HarnessUpdate): HarnessUpdate[] {
    if (update.type === "usage" || update.type === "harness.ended") return [...this.flush(), update];
    this.#refill();
    const size = updateSize(update);
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

  /** Counts an update that was lost before it reached the gate. */
  noteDropped(): void {
    this.#dropped += 1;
  }

  /** Returns a notice about the updates that were dropped since the last notice, or an empty list if none were dropped. */
  flush(): HarnessUpdate[] {
    if (this.#dropped === 0) return [];
    const what =
      this.#dropped === 1
        ? "1 update from the harness was"
        : `${this.#dropped} updates from the harness were`;
    this.#dropped = 0;
    const message = `${what} dropped, because the harness sent too many. The harness keeps running.`;
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
