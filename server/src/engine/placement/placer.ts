import { limitRepeats } from "../../core/base/index.ts";
import { moveMisplaced } from "./move-misplaced.ts";
import { placeWaiting } from "./place-waiting.ts";
import type { PlacerParts } from "./placer-parts.ts";
import { reportMissingLabels } from "./report-missing-labels.ts";
import { withdrawMislabeled } from "./withdraw-mislabeled.ts";

/** Interval of runs that need no notice. PostgreSQL may lose notices, and machines may lose their labels. */
const CHECK_MS = 2_000;

/**
 * Places waiting turns on machines, when it is woken and every two seconds. Requests during a run cause one further run. The
 * placers of all processes take turns, so each of them sees what the others reserved.
 */
export class Placer {
  readonly #parts: PlacerParts;
  readonly #log: PlacerParts["ports"]["log"];
  readonly #timer: NodeJS.Timeout;
  #running: Promise<void> | null = null;
  #isWanted = false;
  #isStopped = false;

  constructor(parts: PlacerParts) {
    this.#parts = parts;
    this.#log = limitRepeats(parts.ports.log);
    this.#timer = setInterval(() => this.wake(), CHECK_MS);
  }

  wake(): void {
    this.#isWanted = true;
    this.#running ??= this.#run().finally(() => {
      this.#running = null;
    });
  }

  /** Resolves when the current run has ended. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearInterval(this.#timer);
    await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#isWanted && !this.#isStopped) {
      this.#isWanted = false;
      try {
        await withdrawMislabeled(this.#parts);
        if (await placeWaiting(this.#parts)) this.#isWanted = true;
        await moveMisplaced(this.#parts);
        await reportMissingLabels(this.#parts);
      } catch (cause) {
        this.#log.warn({ err: cause }, "waiting turns could not be placed; retrying");
      }
    }
  }
}
