/** Context of a text field, which determines the suggestions. */
export interface Scope {
  readonly repositories: readonly ScopeRepository[];
  /** Name of the harness, or null if none is selected. */
  readonly harness: string | null;
  /** Commands that the harness announced in this session, or null if it has announced none yet. */
  readonly announcedCommands: readonly AnnouncedCommand[] | null;
}

export interface ScopeRepository {
  readonly id: string;
  readonly name: string;
  /** Branch whose files are suggested. If null or missing in the repository, the default branch is used. */
  readonly branch: string | null;
}

export interface AnnouncedCommand {
  readonly name: string;
  readonly description: string;
}
