/** An intended difference between Tembo's schemas and the vendor's. The test also fails if a listed sample no longer differs. */
export interface Disagreement {
  readonly operation: string;
  /** Sample names from the generator. For requests, followed by Tembo's decision. */
  readonly samples: readonly string[];
  readonly reason: string;
}
