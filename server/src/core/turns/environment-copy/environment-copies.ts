/**
 * Unpacked copies of environments in the data folder of this machine, so that a session of a project that keeps one
 * ready does not have to unpack its environment.
 */
export interface EnvironmentCopies {
  /**
   * Moves the copy of an environment to `folder`, which must not exist, with the folders `workspace` and `home`. Only one
   * caller receives each copy. Returns the session number whose user owns the files, and which no session has, or null if
   * there is no copy.
   */
  take(snapshotId: string, folder: string): Promise<number | null>;
  /** Removes copies that are no longer needed, and creates at most one that is missing. */
  tend(): Promise<void>;
  /** Ends the creation of a copy. Afterward, none is created. Idempotent. */
  close(): Promise<void>;
}
