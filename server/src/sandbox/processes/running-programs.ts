import { AppError } from "../../core/base/index.ts";
import type { SandboxProcess } from "../../core/turns/index.ts";
import { onAbort } from "../../runtime/on-abort.ts";
import { endedProcess } from "./ended-process.ts";
import { findDescendants } from "./find-descendants.ts";
import type { ProcessIdentity } from "./process-identity.ts";
import { type ProcessRecords, within } from "./process-records.ts";
import { goOn, residentBytes, standStill } from "./stand-still.ts";

export interface RunningProgram extends SandboxProcess {
  /** Kills the program and every process that it started. `exited` resolves when all these processes have exited. */
  kill(): void;
}

export class RunningPrograms {
  readonly #records: ProcessRecords;
  readonly #running = new Set<RunningProgram>();
  readonly #findMore: () => readonly ProcessIdentity[];
  readonly #standing = new Map<number, ProcessIdentity>();
  #isStopped = false;

  /** `findMore` returns additional processes that are not descendants of a recorded process. */
  constructor(records: ProcessRecords, findMore: () => readonly ProcessIdentity[] = () => []) {
    this.#records = records;
    this.#findMore = findMore;
  }

  /**
   * Starts a program with `begin`, and kills it when `signal` aborts. If `signal` is already aborted, starts nothing and returns an ended
   * process. Throws `sandbox_unavailable` after `stop`.
   */
  start(begin: () => RunningProgram, signal: AbortSignal): SandboxProcess {
    if (this.#isStopped) {
      throw new AppError("sandbox_unavailable", "The sandbox is stopped. Create it again to run a program.");
    }
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

  /** Implements `Sandbox.pause`. */
  pause(): Promise<boolean> {
    return standStill(() => this.#processes(), this.#standing);
  }

  resume(): void {
    goOn(this.#standing);
  }

  memoryBytes(): number {
    return residentBytes(this.#processes());
  }

  /** Kills every program without waiting. Each program's `exited` reports the result. Further programs can be started. */
  killAll(): void {
    for (const program of this.#running) program.kill();
  }

  /**
   * Kills every program and waits until all have exited. No further program can be started. Throws `sandbox_unavailable` if a process remains
   * after ten seconds. Idempotent.
   */
  async stop(): Promise<void> {
    this.#isStopped = true;
    const running = [...this.#running];
    this.killAll();
    await within(Promise.all(running.map(({ exited }) => exited)), this.#records);
  }

  #processes(): ProcessIdentity[] {
    const recorded = this.#records.running();
    const found = [...recorded, ...findDescendants(...recorded.map(({ pid }) => pid)), ...this.#findMore()];
    return [...new Map(found.map((process) => [process.pid, process])).values()];
  }
}
