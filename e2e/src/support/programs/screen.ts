/** Time limit for a text on the terminal, which exceeds every step of a story. */
const LIMIT_MS = 60_000;

/** Collects the output of a program on a terminal. */
export class Screen {
  text = "";
  readonly #limitMs: number;
  /** Functions that check the output again. */
  readonly #waiting = new Set<() => void>();
  #isOver = false;
  constructor(output: NodeJS.ReadableStream, limitMs = LIMIT_MS) {
    this.#limitMs = limitMs;
    output.setEncoding("utf8");
    output.on("data", (data: string) => {
      this.text += data;
      for (const check of this.#waiting) check();
    });
    output.on("end", () => {
      this.#isOver = true;
      for (const check of this.#waiting) check();
    });
  }
  /**
   * Waits until the output so far matches. Throws an error with the output if the output ends first or the time limit
   * is reached.
   */
  async until(pattern: RegExp): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const fail = (what: string) => reject(new Error(`${what} before it matched ${pattern}:\n${this.text}`));
    const check = () => {
      if (pattern.test(this.text)) resolve();
      else if (this.#isOver) fail("The output ended");
    };
    const timer = setTimeout(() => fail("The time limit was reached"), this.#limitMs);
    this.#waiting.add(check);
    try {
      check();
      await promise;
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(check);
    }
  }
}
