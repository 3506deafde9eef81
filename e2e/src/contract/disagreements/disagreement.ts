/** Where our schemas and the vendor's part, on purpose; a sample that is listed and agrees fails the test too. */
export interface Disagreement {
  readonly operation: string;
  /** The names the sample generator gives them; for requests with what ours does. */
  readonly samples: readonly string[];
  readonly reason: string;
}
