import { delay } from "../../../runtime/delay.ts";
import type { BuildLog } from "../../sessions/index.ts";

const waitMs = 200;
const maxHeldLength = 128 * 1024;

/** Writes output to a build's log in few transactions, even if programs print single characters. */
export class BuildOutput {
  readonly #log: BuildLog;
  #held = "";
  #writing: Promise<void> | null = null;
  #failure: { readonly cause: unknown } | null = null;

  constructor(log: BuildLog) {
    this.#log = log;
  }

  /** Adds text. Waits while much text has not been written yet. Throws the error of an earlier write. */
  async add(text: string): Promise<void> {
    this.#throwFailure();
    // PostgreSQL cannot store NUL in text.
    this.#held += text.replaceAll("\0", "\uFFFD");
    this.#writing ??= this.#write();
    if (this.#held.length > maxHeldLength) await this.#writing;
    this.#throwFailure();
  }

  /** Writes all added text. Throws the error of a write. */
  async close(): Promise<void> {
    await this.#writing;
    this.#throwFailure();
    await this.#log.append(this.#take());
    await this.#log.flush();
  }

  async #write(): Promise<void> {
    try {
      await delay(waitMs);
      await this.#log.append(this.#take());
    } catch (cause) {
      this.#failure = { cause };
    } finally {
      this.#writing = null;
    }
  }

  #take(): string {
    const text = this.#held;
    this.#held = "";
    return text;
  }

  #throwFailure(): void {
    if (this.#failure !== null) throw this.#failure.cause;
  }
}
