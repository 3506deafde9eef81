/**
 * An intended difference between Tembo's schemas and the vendor's schemas. The test also fails if the schemas now agree
 * on a listed sample.
 */
export interface Disagreement {
  readonly operation: string;
  /** Sample names from the generator. For requests, each name is followed by Tembo's decision. */
  readonly samples: readonly string[];
  readonly reason: string;
}
