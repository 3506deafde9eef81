import type { HarnessUpdate } from "../../../core/turns/index.ts";
import { type StartTimer, startTimer } from "../timer.ts";
import { updateSize } from "./update-size.ts";

const coalesceMs = 30;
const maxPending = 10_000;
const maxPendingChars = 16_000_000;
/** Maximum length of joined text. Longer text is split into several updates. */
const maxJoinedChars = 256_000;

interface Pending {
  update: HarnessUpdate;
  /** True while the text is briefly held back so that further text can be joined to it. */
  isResting: boolean;
}

/**
 * Queue of updates from the harness to their reader. If the last pending update has the same type, joins new text to it, or replaces its state
 * of the same tool call or its command list. `whenReady` applies backpressure to the harness while too many updates are pending.
 */
export class UpdateQueue {
  #pending: Pending[] = [];
  #pendingChars = 0;
  #end: { readonly error?: unknown } | null = null;
  #changed = Promise.withResolvers<void>();
  #drained: PromiseWithResolvers<void> | null = null;
  readonly #startTimer: StartTimer;
  readonly #maxPending: number;

  constructor(options: { startTimer?: StartTimer; maxPending?: number } = {}) {
    this.#startTimer = options.startTimer ?? startTimer;
    this.#maxPending = options.maxPending ?? maxPending;
  }

  push(update: HarnessUpdate): void {
    if (this.#end) return;
    const last = this.#pending.at(-1);
    const joined = last ? join(last.update, update) : null;
    if (last && joined) {
      this.#pendingChars += updateSize(joined) - updateSize(last.update);
      last.update = joined;
    } else {
      this.#append(update);
    }
    if (this.#isFull()) this.#drained ??= Promise.withResolvers<void>();
  }

  /** Ends the queue. The reader still receives pending updates. After them, its iteration ends or throws the error. */
  end(outcome: { readonly error?: unknown } = {}): void {
    this.#end ??= outcome;
    this.#wake();
  }

  /** Returns a promise that is pending while the reader is too far behind. */
  async whenReady(): Promise<void> {
    await this.#drained?.promise;
  }

  async *read(): AsyncGenerator<HarnessUpdate> {
    try {
      for (;;) {
        const head = this.#pending[0];
        if (head && !(head.isResting && this.#pending.length === 1 && !this.#end)) {
          this.#pending.shift();
          this.#pendingChars -= updateSize(head.update);
          if (!this.#isFull()) this.#release();
          yield head.update;
        } else if (!head && this.#end) {
          if ("error" in this.#end) throw this.#end.error;
          return;
        } else {
          await this.#changed.promise;
        }
      }
    } finally {
      this.end();
      this.#pending = [];
      this.#release();
    }
  }

  #append(update: HarnessUpdate): void {
    const pending: Pending = { update, isResting: isText(update) };
    this.#pending.push(pending);
    this.#pendingChars += updateSize(update);
    if (pending.isResting) {
      this.#startTimer(coalesceMs, () => {
        pending.isResting = false;
        this.#wake();
      });
    }
    this.#wake();
  }

  #isFull(): boolean {
    return this.#pending.length > this.#maxPending || this.#pendingChars > maxPendingChars;
  }

  #release(): void {
    this.#drained?.resolve();
    this.#drained = null;
  }

  #wake(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers<void>();
  }
}

function isText(update: HarnessUpdate): update is Extract<HarnessUpdate, { text: string }> {
  return update.type === "text" || update.type === "thought";
}

function join(older: HarnessUpdate, newer: HarnessUpdate): HarnessUpdate | null {
  if (isText(older) && isText(newer) && older.type === newer.type) {
    if (older.text.length + newer.text.length > maxJoinedChars) return null;
    return { type: older.type, text: older.text + newer.text };
  }
  // A newer list replaces the older one.
  if (older.type === "availableCommands" && newer.type === "availableCommands") return newer;
  const isSameCall =
    older.type === "toolCall" && newer.type === "toolCall" && older.toolCallId === newer.toolCallId;
  return isSameCall ? newer : null;
}
