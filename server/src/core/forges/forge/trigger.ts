/** A kind of event on a forge that can start an agent, and the filters that it supports. */
export interface Trigger {
  /** Name in the form `<forge>.<subject>.<event>`, such as `github.issue.opened`. */
  readonly name: string;
  readonly displayName: string;
  readonly description: string;
  readonly filters: Readonly<Record<string, TriggerFilter>>;
}

export type TriggerFilter =
  | { readonly type: "boolean"; readonly description: string; readonly default?: boolean }
  /** Filter that matches any of the listed values. An empty list matches all events. */
  | { readonly type: "array"; readonly description: string; readonly enum?: readonly string[] };
