/** Context of a text field, which determines the suggestions. */
export interface Scope {
  readonly repositories: readonly ScopeRepository[];
  /** Name of the harness, or null if none is selected. */
  readonly harness: string | null;
  /** Commands that the harness sent in this session, or null before it has sent any. */
  readonly announcedCommands: readonly AnnouncedCommand[] | null;
}

export interface ScopeRepository {
  readonly id: string;
  readonly name: string;
  /** Branch whose files are suggested. The default branch is used if this is null or the repository does not have it. */
  readonly branch: string | null;
}

export interface AnnouncedCommand {
  readonly name: string;
  readonly description: string;
}
