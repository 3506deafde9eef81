/** Reason for rejecting an archive, as a sentence for the person who provided it. */
export class Rejected extends Error {
  override readonly name = "Rejected";
  readonly kind: "invalid" | "too large";

  constructor(message: string, kind: "invalid" | "too large" = "invalid") {
    super(message);
    this.kind = kind;
  }
}

const maxShownCharacters = 200;

/** Quotes a name from an archive. Names are bytes in a latin1 string, and may contain anything. */
export function quoted(name: string): string {
  const text = Buffer.from(name, "latin1").toString("utf8");
  const shown = text.length > maxShownCharacters ? `${text.slice(0, maxShownCharacters)}...` : text;
  return JSON.stringify(shown);
}
