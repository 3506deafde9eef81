export interface SessionFolderQueries {
  /**
   * Returns those of the IDs that belong to a purged session, or to neither a session nor a preparation. `knownSince` is
   * the time of the oldest data in the database.
   */
  findLeft(ids: readonly string[]): Promise<LeftId[]>;
}

export interface LeftId {
  readonly id: string;
  readonly isPurged: boolean;
  readonly knownSince: Date;
}
