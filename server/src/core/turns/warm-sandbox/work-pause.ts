import { TaskSequence } from "../../../runtime/task-sequence.ts";
import type { Logger } from "../../base/index.ts";
import type { WarmSandbox } from "./warm-sandbox.ts";

export interface WorkPauseOptions {
  readonly log: Logger;
  /** Returns the sandboxes in which turns work now. */
  working(): readonly WarmSandbox[];
}

/** Pauses the programs of the turns that work here while this worker may not act, and resumes them afterwards. */
export class WorkPause {
  readonly #options: WorkPauseOptions;
  readonly #paused = new Set<WarmSandbox>();
  readonly #changes = new TaskSequence();
  #mayAct = true;

  constructor(options: WorkPauseOptions) {
    this.#options = options;
  }

  /** See `WarmSandboxes.setMayAct`. */
  setMayAct(mayAct: boolean): void {
    this.#mayAct = mayAct;
    this.#changes.add(() => (mayAct ? this.#resume() : this.#pause()));
  }

  /** Notices that a turn begins to work in a sandbox, whose programs run. */
  begin(warm: WarmSandbox): void {
    // It may be paused since an earlier turn, and was resumed meanwhile.
    this.#paused.delete(warm);
    if (!this.#mayAct) this.#changes.add(() => this.#pause());
  }

  async #pause(): Promise<void> {
    const working = this.#options.working().filter((warm) => !this.#paused.has(warm));
    for (const warm of working) this.#paused.add(warm);
    const paused = await Promise.allSettled(working.map(({ sandbox }) => sandbox.pause()));
    this.#logFailures(paused, "a turn's programs could not be paused");
  }

  async #resume(): Promise<void> {
    // The turns of others have ended meanwhile, which stopped their sandboxes.
    const working = this.#options.working().filter((warm) => this.#paused.has(warm));
    this.#paused.clear();
    const resumed = await Promise.allSettled(working.map(({ sandbox }) => sandbox.resume()));
    this.#logFailures(resumed, "a turn's programs could not be resumed; stop the turn");
  }

  #logFailures(results: readonly PromiseSettledResult<unknown>[], message: string): void {
    for (const result of results)
      if (result.status === "rejected") this.#options.log.error({ err: result.reason }, message);
  }
}
