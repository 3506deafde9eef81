/** Facts that a process records beside its heartbeat. */
export interface ProcessFacts {
  /** Version of Tembo, such as `0.2.0`. */
  readonly release: string;
  /** Newest migration that this version knows. */
  readonly newestMigration: string;
  /** Returns the free space for the data folder in bytes, or null if it is unknown. */
  freeDiskBytes(): number | null;
}
