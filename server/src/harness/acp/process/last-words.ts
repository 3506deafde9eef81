/** Stores the end of a program's output for the error that reports the program's exit. */
export class LastWords {
  #text = "";
  readonly #maxLength: number;

  constructor(maxLength = 4_000) {
    this.#maxLength = maxLength;
  }

  add(text: string): void {
    this.#text = (this.#text + text.slice(-this.#maxLength)).slice(-this.#maxLength);
  }

  /** Returns the output as one line, or an empty string if there was no output. */
  toString(): string {
    return this.#text.replaceAll(/\s+/g, " ").trim();
  }
}
