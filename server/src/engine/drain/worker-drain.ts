import { limitRepeats } from "../../core/base/index.ts";
import { type DrainParts, drainWorker } from "./drain-worker.ts";

const CHECK_MS = 1_000;

/** Drain of this process's worker. It begins on request, or when an operator has marked the worker in the database. */
export class WorkerDrain {
  readonly #parts: DrainParts;
  readonly #onEnd: () => void;
  readonly #stop = new AbortController();
  readonly #timer: NodeJS.Timeout;
  #running: Promise<void> | null = null;

  /** Calls `onEnd` when a drain has ended, unless it was interrupted. */
  constructor({ parts, onEnd }: { readonly parts: DrainParts; readonly onEnd: () => void }) {
    this.#parts = parts;
    this.#onEnd = onEnd;
    const log = limitRepeats(parts.ports.log);
    const look = async () => {
      try {
        if (await parts.ports.store.machines.isDraining(parts.workerId)) this.begin();
      } catch (cause) {
        log.warn({ err: cause }, "a request to drain could not be read; retrying");
      }
    };
    this.#timer = setInterval(() => void look(), CHECK_MS);
  }

  get isRunning(): boolean {
    return this.#running !== null;
  }

  /** Begins the drain. Returns false and has no effect if no other machine accepts turns, or if turns have no time to continue. */
  async request(): Promise<boolean> {
    const { ports, limitMs } = this.#parts;
    if (limitMs === 0) return false;
    if (!(await ports.store.machines.acceptsTurns(ports.settings.machineId, "elsewhere"))) return false;
    this.begin();
    return true;
  }

  /** Idempotent. */
  begin(): void {
    if (this.#running !== null || this.#stop.signal.aborted) return;
    clearInterval(this.#timer);
    this.#running = this.#run();
  }

  async interrupt(): Promise<void> {
    clearInterval(this.#timer);
    this.#stop.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    try {
      await drainWorker(this.#parts, signal);
    } catch (cause) {
      if (signal.aborted) return;
      this.#parts.ports.log.error({ err: cause }, "the drain failed; this worker hands back its work");
    }
    if (!signal.aborted) this.#onEnd();
  }
}
