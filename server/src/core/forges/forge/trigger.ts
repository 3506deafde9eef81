/** Something that happens on a forge, and by which it can be narrowed. */
export interface Trigger {
  /** `<forge>.<thing>.<what happened>`. */
  readonly name: string;
  readonly displayName: string;
  readonly description: string;
  readonly filters: Readonly<Record<string, TriggerFilter>>;
}

export type TriggerFilter =
  | { readonly type: "boolean"; readonly description: string; readonly default?: boolean }
  /** Any of these; none is all. */
  | { readonly type: "array"; readonly description: string; readonly enum?: readonly string[] };
