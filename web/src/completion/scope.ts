/** Context of a text field. The context determines the suggestions. */
export interface Scope {
  readonly repositories: readonly ScopeRepository[];
  /** Name of the harness, or null if none is selected. */
  readonly harness: string | null;
  /** Commands that the harness announced in this session, or null if it has not announced any yet. */
  readonly announcedCommands: readonly AnnouncedCommand[] | null;
}

export interface ScopeRepository {
  readonly id: string;
  readonly name: string;
  /**
   * Branch whose files are suggested. If the value is null or the repository has no such branch, the base branch is
   * used.
   */
  readonly branch: string | null;
}

export interface AnnouncedCommand {
  readonly name: string;
  readonly description: string;
}
