/**
 * Counts the characters of texts before they are created. Untrusted texts that repeat each other grow exponentially, and can end the process.
 */
export class LengthLimit {
  readonly #maxText: number;
  #left: number;

  /** Each text has at most `maxText` characters, and all texts together have at most `maxTotal`. */
  constructor(maxText: number, maxTotal: number) {
    this.#maxText = maxText;
    this.#left = maxTotal;
  }

  /** Returns a function that counts further characters of one text. It throws `tooLong()` if that exceeds a limit. */
  open(tooLong: () => Error): (characters: number) => void {
    let length = 0;
    return (characters) => {
      length += characters;
      this.#left -= characters;
      if (length > this.#maxText || this.#left < 0) throw tooLong();
    };
  }
}
