/**
 * Rules that find the parts of a family's requests that make the provider access the network or data stored in the account. Each rule
 * returns the name of such a part, or null.
 */
export interface ReachRules {
  /** Checks one entry of `tools`. Returns null only for a tool that is known to run on the client or to search only the request's own tools. */
  tool(tool: unknown): string | null;
  /**
   * Checks a field anywhere in the body whose value is not null. Not called for `tools`, for the `data` fields or for the fields below them.
   * `depth` is 0 for the body's own fields.
   */
  field(name: string, value: unknown, depth: number): string | null;
  model(model: string): string | null;
  /** Names, as normalized by `plainName`, of fields that contain schemas or text from programs and users. Providers do not act on their contents. */
  readonly data: ReadonlySet<string>;
}
