/** Where words are written: what can be completed there. */
export interface Scope {
  readonly repositories: readonly ScopeRepository[];
  /** The name of the harness; null when it is not chosen. */
  readonly harness: string | null;
  /** The commands that the harness said it has in this session; null before it has said so. */
  readonly told: readonly ToldCommand[] | null;
}

export interface ScopeRepository {
  readonly id: string;
  readonly name: string;
  /** Whose files are meant; its usual branch without it, and where it is not there. */
  readonly branch: string | null;
}

export interface ToldCommand {
  readonly name: string;
  readonly description: string;
}
