/** A kind of event on a forge that can start an agent, with filters that narrow it. */
export interface Trigger {
  /** Name of the form `<forge>.<thing>.<what happened>`. */
  readonly name: string;
  readonly displayName: string;
  readonly description: string;
  readonly filters: Readonly<Record<string, TriggerFilter>>;
}

export type TriggerFilter =
  | { readonly type: "boolean"; readonly description: string; readonly default?: boolean }
  /** Matches any of the values. An empty list matches everything. */
  | { readonly type: "array"; readonly description: string; readonly enum?: readonly string[] };
