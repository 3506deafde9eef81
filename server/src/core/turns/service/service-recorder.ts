import { maxServiceLogBytes } from "@tembo/contract";
import { delayOrAbort } from "../../../runtime/delay.ts";
import { type Clock, type Logger, reason, type TextMasker } from "../../base/index.ts";
import type { ServiceKey, ServiceQueries, ServiceReport } from "./service-store.ts";

/** Shortest time between two reports about output. */
const everyMs = 1_000;
/** Rate at which a service that prints a lot is stored. It can still fill its log at once. */
const bytesPerMs = 64;
/** Length of a log entry in characters. */
const entryLength = 8_000;
/** Output that waits for a report, in characters. */
const maxHeldLength = maxServiceLogBytes;

const omission = "\n[Output was omitted, because the service printed more than its log can hold.]\n";

export interface RecorderPorts {
  readonly store: { readonly services: Pick<ServiceQueries, "report"> };
  readonly clock: Clock;
  readonly log: Logger;
}

type Change = NonNullable<ServiceReport["change"]>;

/**
 * Reports the state and the output of one service to the database. Reports a state immediately, and output at most once a
 * second. If a report fails, a later report repeats it: a service does not depend on the database.
 */
export class ServiceRecorder {
  readonly #ports: RecorderPorts;
  readonly #key: ServiceKey;
  readonly #masker: TextMasker;
  readonly #decoder = new TextDecoder();
  #state: Change = { state: "stopped", changedAt: null, startedAt: null, readyMs: null, exitCode: null };
  #isStateHeld = false;
  #held = "";
  #isOmitting = false;
  #isStopping = false;
  /** True when nothing more is recorded: the recorder is closed, or another sandbox has replaced this one. */
  #isClosed = false;
  #reporting: Promise<void> | null = null;
  #nextAtMs = 0;
  #hurry = new AbortController();

  constructor(ports: RecorderPorts, key: ServiceKey, masker: TextMasker) {
    this.#ports = ports;
    this.#key = key;
    this.#masker = masker;
  }

  /** Records that the program runs. */
  start(): void {
    const now = this.#ports.clock.now();
    this.#change({ state: "starting", startedAt: now });
  }

  ready(): void {
    if (this.#state.state !== "starting") return;
    const { startedAt } = this.#state;
    const readyMs = Math.max(0, this.#ports.clock.now().getTime() - startedAt!.getTime());
    this.#change({ state: "ready", readyMs });
  }

  /** Adds output of the program, which may end inside a character. */
  add(chunk: Uint8Array): void {
    if (this.#isClosed) return;
    // Masks before it shortens, because masking cannot find a part of a secret.
    this.#hold(this.#masker.push(this.#decoder.decode(chunk, { stream: true })));
  }

  /** Records that the program ended, by itself or after `stop`. `exitCode` is null after a signal. */
  exited(exitCode: number | null): void {
    if (this.#isClosed) return;
    this.#hold(this.#masker.push(this.#decoder.decode()) + this.#masker.flush());
    if (this.#isRunning())
      this.#change(this.#isStopping ? { state: "stopped" } : { state: "exited", exitCode });
  }

  /** Announces that the program will be stopped. The state changes when it has ended, after its last output. */
  stop(): void {
    this.#isStopping = true;
  }

  /** Records a service that still runs as stopped, and reports the rest. Returns even if that fails. */
  async close(): Promise<void> {
    if (!this.#isClosed) {
      this.#hold(this.#masker.flush());
      if (this.#isRunning()) this.#change({ state: "stopped" });
    }
    this.#isClosed = true;
    this.#report({ isUrgent: true });
    await this.#reporting;
  }

  #isRunning(): boolean {
    return this.#state.state === "starting" || this.#state.state === "ready";
  }

  #change(change: Partial<Change>): void {
    this.#state = { ...this.#state, ...change, changedAt: this.#ports.clock.now() };
    this.#isStateHeld = true;
    this.#report({ isUrgent: true });
  }

  #hold(text: string): void {
    if (text === "") return;
    this.#held += text;
    // Shortens rarely, because each time copies the whole text.
    if (this.#held.length > 2 * maxHeldLength) {
      this.#held = this.#held.slice(-maxHeldLength);
      this.#isOmitting = true;
    }
    this.#report({ isUrgent: false });
  }

  #report({ isUrgent }: { readonly isUrgent: boolean }): void {
    if (isUrgent) this.#hurry.abort();
    this.#reporting ??= this.#reportHeld();
  }

  async #reportHeld(): Promise<void> {
    while (this.#isStateHeld || this.#held !== "") {
      await this.#untilNextReport();
      const isDone = await this.#reportOnce();
      if (!isDone && this.#isClosed) break;
    }
    this.#reporting = null;
  }

  /** Waits until the next report is due or urgent. */
  async #untilNextReport(): Promise<void> {
    const waitMs = this.#nextAtMs - performance.now();
    if (waitMs > 0) await delayOrAbort(waitMs, this.#hurry.signal, { keepsProcess: false });
    this.#hurry = new AbortController();
  }

  /** Returns false if the report failed. What it contained is then held again. */
  async #reportOnce(): Promise<boolean> {
    const change = this.#isStateHeld ? this.#state : null;
    const text = this.#isOmitting ? omission + this.#held.slice(-maxHeldLength) : this.#held;
    this.#isStateHeld = false;
    this.#held = "";
    this.#isOmitting = false;
    this.#nextAtMs = performance.now() + Math.max(everyMs, text.length / bytesPerMs);
    try {
      const entries = splitText(text, entryLength);
      const { services } = this.#ports.store;
      const isStored = await services.report(this.#key, { change, entries }, maxServiceLogBytes);
      if (!isStored) this.#isClosed = true;
      return true;
    } catch (cause) {
      this.#ports.log.warn({ ...this.#key, reason: reason(cause) }, "the state of a service was not stored");
      this.#isStateHeld ||= change !== null;
      this.#held = text + this.#held;
      return false;
    }
  }
}

/** Splits a text into parts of at most `length` characters, and keeps surrogate pairs together. Pure. */
export function splitText(text: string, length: number): string[] {
  const parts: string[] = [];
  for (let from = 0; from < text.length; ) {
    let to = Math.min(from + length, text.length);
    if (to < text.length && /[\uD800-\uDBFF]/.test(text[to - 1]!)) to++;
    parts.push(text.slice(from, to));
    from = to;
  }
  return parts;
}
