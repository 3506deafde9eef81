import { existsSync } from "node:fs";
import { type Logger, withReason } from "../../core/base/index.ts";
import type { Sandbox } from "../../core/turns/index.ts";
import { TaskSequence } from "../../runtime/task-sequence.ts";
import type { DriverOptions } from "../acp/start-conversation.ts";
import { compileCacheOf } from "./compile-cache.ts";

/** Runs `work` in a new sandbox without data of any session, in which programs can read `readOnlyPaths`. */
export type WithEmptySandbox = (
  readOnlyPaths: readonly string[],
  work: (sandbox: Sandbox) => Promise<void>,
) => Promise<void>;

export interface CompileCachesOptions {
  readonly withEmptySandbox: WithEmptySandbox;
  readonly log: Logger;
}

/** Fills the compile caches of installations in the background, one at a time and each at most once in this process. */
export class CompileCaches {
  readonly #options: CompileCachesOptions;
  readonly #begun = new Set<string>();
  readonly #fills = new TaskSequence();
  readonly #stop = new AbortController();

  constructor(options: CompileCachesOptions) {
    this.#options = options;
  }

  /** Fills the installation's cache if it is missing. Only logs errors, because the harness also starts without a cache. */
  fillLater(driver: Pick<DriverOptions, "spec" | "installDir" | "nodeBinary" | "log">): void {
    const { installDir } = driver;
    if (this.#stop.signal.aborted || this.#begun.has(installDir)) return;
    this.#begun.add(installDir);
    this.#fills.add(() => this.#fill(driver));
  }

  /** Stops filling, and waits until the sandbox is closed. */
  async close(): Promise<void> {
    this.#stop.abort();
    await this.#fills.settled();
  }

  async #fill(driver: Parameters<CompileCaches["fillLater"]>[0]): Promise<void> {
    const { spec, installDir, nodeBinary } = driver;
    const { withEmptySandbox, log } = this.#options;
    const { signal } = this.#stop;
    if (signal.aborted || existsSync(compileCacheOf(installDir))) return;
    try {
      const { fillCompileCache } = await import("./fill-compile-cache.ts");
      await withEmptySandbox([installDir, nodeBinary], (sandbox) =>
        fillCompileCache(driver, sandbox, signal),
      );
      log.info({ harness: spec.name }, "the harness's compile cache is filled");
    } catch (cause) {
      if (signal.aborted) return;
      log.warn({ harness: spec.name }, withReason("A harness's compile cache could not be filled", cause));
    }
  }
}
