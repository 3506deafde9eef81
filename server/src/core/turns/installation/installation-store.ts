/** State of the turns, workers and saved files of the whole installation, and the newest save of one machine. */
export interface InstallationState {
  readonly turns: readonly ActiveTurns[];
  /** Age of the turn that has waited longest for a machine, or null if none waits. */
  readonly longestWaitMs: number | null;
  readonly workers: { readonly accepting: number; readonly draining: number };
  /** Turns that the accepting workers run at a time, and those of them that are not taken. */
  readonly turnPlaces: { readonly total: number; readonly free: number };
  /** Saved files, or null without a shared blob store. */
  readonly saves: Saves | null;
}

export interface Saves {
  /** Sessions whose newest files are only on the disk of a machine. */
  readonly unsaved: {
    readonly sessions: number;
    /** Time since the start of the oldest turn whose changes are not saved, or since a save during that turn. */
    readonly oldestMs: number | null;
  };
  /** Time at which files of a session were last saved from this machine, or null if none were. */
  readonly lastSavedAt: Date | null;
}

/** Turns that have not ended. `waiting` turns have no machine, and `placed` turns have one that has not begun them. */
export interface ActiveTurns {
  readonly state: "waiting" | "placed" | "running";
  readonly harness: string;
  readonly count: number;
}

export interface InstallationQueries {
  /**
   * Reads the state, with the newest save of the machine `savingMachineId`. Without a shared blob store, no session is saved:
   * pass null, so that the read does not visit every session. The database's clock measures the ages.
   */
  read(savingMachineId: string | null): Promise<InstallationState>;
}
