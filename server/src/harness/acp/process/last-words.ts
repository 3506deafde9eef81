/** Keeps the end of what a program said, for the error that tells of its death. */
export class LastWords {
  #text = "";
  readonly #maxLength: number;

  constructor(maxLength = 4_000) {
    this.#maxLength = maxLength;
  }

  add(text: string): void {
    this.#text = (this.#text + text.slice(-this.#maxLength)).slice(-this.#maxLength);
  }

  /** In one line; empty when nothing was said. */
  toString(): string {
    return this.#text.replaceAll(/\s+/g, " ").trim();
  }
}
