import { AppError } from "../../core/base/index.ts";
import type { ForwardedConnection, SandboxCommand } from "../../core/turns/index.ts";
import type { RunningProgram } from "../processes/running-programs.ts";
import type { RunningInit } from "./running-init.ts";

/** First process of a sandbox. It starts with the first program, and again if it has ended. */
export class SandboxInit {
  readonly #launch: () => RunningInit;
  readonly #running = new Set<RunningInit>();

  constructor(launch: () => RunningInit) {
    this.#launch = launch;
  }

  /** Starts a program. Throws if the process that starts the sandbox cannot be created. */
  start(command: SandboxCommand): RunningProgram {
    return (this.#current ?? this.#begin()).start(command);
  }

  /** Implements `Sandbox.connect` while the sandbox is not stopped. */
  connect(port: number, signal: AbortSignal): Promise<ForwardedConnection> {
    const current = this.#current;
    if (current !== undefined) return current.connect(port, signal);
    throw new AppError("unavailable", `Nothing in the sandbox accepts connections at port ${port}.`);
  }

  async pause(): Promise<boolean> {
    return (await this.#current?.pause()) ?? true;
  }

  resume(): void {
    this.#current?.resume();
  }

  /** Kills every process of the sandbox, without waiting. The next program starts a new init. */
  kill(): void {
    for (const init of this.#running) init.kill();
  }

  /** Resolves when no process of the sandbox is left. */
  async ended(): Promise<void> {
    await Promise.all([...this.#running].map(({ ended }) => ended));
  }

  get #current(): RunningInit | undefined {
    return [...this.#running].findLast(({ isEnding }) => !isEnding);
  }

  #begin(): RunningInit {
    const init = this.#launch();
    this.#running.add(init);
    void init.ended.then(() => this.#running.delete(init));
    return init;
  }
}
