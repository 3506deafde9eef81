/** What of a family's requests makes the provider itself reach out, or opens what the account keeps there. Each names it, or is null. */
export interface ReachRules {
  /** One of `tools`: known to run in the sandbox, or named. */
  tool(tool: unknown): string | null;
  /** A field anywhere in the body but below `data`; `depth` is 0 for the body's own. */
  field(name: string, value: unknown, depth: number): string | null;
  model(model: string): string | null;
  /** Fields, by plain name, that hold what programs and people wrote, and schemas: whatever they say, nobody follows it. */
  readonly data: ReadonlySet<string>;
}
