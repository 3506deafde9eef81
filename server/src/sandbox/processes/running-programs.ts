import { AppError } from "../../core/base/index.ts";
import type { SandboxProcess } from "../../core/turns/index.ts";
import { onAbort } from "../../runtime/on-abort.ts";
import { endedProcess } from "./ended-process.ts";
import { type ProcessRecords, within } from "./process-records.ts";

export interface RunningProgram extends SandboxProcess {
  /** Kills the program and every process that it started. `exited` resolves when all these processes have exited. */
  kill(): void;
}

/** Processes of a sandbox that run beside its programs. */
export interface Companions {
  /** Kills every process of the sandbox, without waiting. */
  kill(): void;
  /** Resolves when no process of the sandbox is left. */
  ended(): Promise<void>;
}

export class RunningPrograms {
  readonly #records: ProcessRecords;
  readonly #companions: Companions | null;
  readonly #running = new Set<RunningProgram>();
  #isStopped = false;

  /** Without `companions`, killing the programs ends the sandbox. */
  constructor(records: ProcessRecords, companions: Companions | null = null) {
    this.#records = records;
    this.#companions = companions;
  }

  /**
   * Starts a program with `begin`, and kills it when `signal` aborts. If `signal` is already aborted, starts nothing and returns an ended
   * process. Throws `sandbox_unavailable` after `stop`.
   */
  start(begin: () => RunningProgram, signal: AbortSignal): SandboxProcess {
    this.requireRunning();
    if (signal.aborted) return endedProcess();
    const program = begin();
    this.#running.add(program);
    const release = onAbort(signal, program.kill);
    void program.exited.then(() => {
      this.#running.delete(program);
      release();
    });
    return program;
  }

  /** Throws `sandbox_unavailable` after `stop`. */
  requireRunning(): void {
    if (!this.#isStopped) return;
    throw new AppError("sandbox_unavailable", "The sandbox is stopped. Create it again to run a program.");
  }

  /** Kills every program without waiting. Each program's `exited` reports the result. Further programs can be started. */
  killAll(): void {
    if (this.#companions === null) for (const program of this.#running) program.kill();
    else this.#companions.kill();
  }

  /**
   * Kills every program and waits until all have exited. No further program can be started. Throws `sandbox_unavailable` if a process remains
   * after ten seconds. Idempotent.
   */
  async stop(): Promise<void> {
    this.#isStopped = true;
    const exits = [...this.#running].map(({ exited }) => exited);
    this.killAll();
    await within(Promise.all([...exits, this.#companions?.ended()]), this.#records);
  }
}
