import { limitRepeats } from "../../core/base/index.ts";
import { type DrainParts, drainWorker } from "./drain-worker.ts";

const CHECK_MS = 1_000;

/** Drain of this process's worker. It begins on request, or when an operator has marked the worker in the database. */
export class WorkerDrain {
  readonly #parts: Omit<DrainParts, "needsOthers">;
  readonly #onEnd: () => void;
  readonly #stop = new AbortController();
  readonly #timer: NodeJS.Timeout;
  #running: Promise<void> | null = null;

  /** Calls `onEnd` when a drain has ended, unless it was interrupted. */
  constructor({
    parts,
    onEnd,
  }: {
    readonly parts: Omit<DrainParts, "needsOthers">;
    readonly onEnd: () => void;
  }) {
    this.#parts = parts;
    this.#onEnd = onEnd;
    const log = limitRepeats(parts.ports.log);
    const look = async () => {
      try {
        if (await parts.ports.store.machines.isDraining(parts.workerId)) this.#begin({ needsOthers: false });
      } catch (cause) {
        log.warn({ err: cause }, "a request to drain could not be read; retrying");
      }
    };
    this.#timer = setInterval(() => void look(), CHECK_MS);
  }

  get isRunning(): boolean {
    return this.#running !== null;
  }

  /**
   * Begins a drain that ends early if no other machine accepts turns any more. Returns false and has no effect if none does so
   * now, or if turns have no time to continue.
   */
  async request(): Promise<boolean> {
    const { ports, version, limitMs } = this.#parts;
    if (limitMs === 0) return false;
    if (!(await ports.store.machines.othersAcceptTurns(ports.settings.machineId, version))) return false;
    this.#begin({ needsOthers: true });
    return true;
  }

  /** Idempotent. */
  #begin(how: { readonly needsOthers: boolean }): void {
    if (this.#running !== null || this.#stop.signal.aborted) return;
    clearInterval(this.#timer);
    this.#running = this.#run(how);
  }

  async interrupt(): Promise<void> {
    clearInterval(this.#timer);
    this.#stop.abort();
    await this.#running;
  }

  async #run(how: { readonly needsOthers: boolean }): Promise<void> {
    const { signal } = this.#stop;
    try {
      await drainWorker({ ...this.#parts, ...how }, signal);
    } catch (cause) {
      if (signal.aborted) return;
      this.#parts.ports.log.error({ err: cause }, "the drain failed; this worker hands back its work");
    }
    if (!signal.aborted) this.#onEnd();
  }
}
