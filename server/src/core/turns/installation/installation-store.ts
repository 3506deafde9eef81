/** State of the turns, workers and saved files of the whole installation, and the newest save of one machine. */
export interface InstallationState {
  readonly turns: readonly ActiveTurns[];
  /** Age of the turn that has waited longest for a machine, or null if none waits. */
  readonly longestWaitMs: number | null;
  readonly workers: { readonly accepting: number; readonly draining: number };
  /** Turns that the accepting workers run at a time, and those of them that are not taken. */
  readonly turnPlaces: { readonly total: number; readonly free: number };
  /** Memory of the machines with accepting workers, and the part of it that is not reserved for a turn. */
  readonly turnMemory: { readonly totalBytes: number; readonly freeBytes: number };
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

/** Turns and webhook deliveries of the installation, or of one organization. */
export interface WorkState extends Pick<InstallationState, "turns" | "longestWaitMs"> {
  readonly webhookDeliveries: {
    /** At most 10,000, as for `failed`. */
    readonly waiting: number;
    /** Number of deliveries of the last 24 hours that failed. */
    readonly failed: number;
  };
}

/** Process that serves the API, runs turns, or both. */
export interface InstallationProcess {
  readonly id: string;
  readonly host: string | null;
  readonly machineId: string | null;
  readonly roles: readonly ("server" | "worker")[];
  /** `lost`: the process sends no heartbeats. */
  readonly state: "running" | "draining" | "lost";
  /** Version of Tembo, or null for a process of an earlier version. */
  readonly version: string | null;
  readonly newestMigration: string | null;
  /** Free space for the data folder, or null if the process did not report it. */
  readonly freeDiskBytes: number | null;
  readonly heartbeatAt: Date;
  /** The worker's share of its machine, or null for a process without a worker. */
  readonly worker: {
    readonly turnLimit: number;
    readonly memoryBytes: number;
    readonly labels: readonly string[];
  } | null;
}

/** Turns that a machine has, and the memory that they may use. */
export interface ReservedPlaces {
  readonly machineId: string;
  readonly turns: number;
  readonly bytes: number;
}

export interface EngineQueue {
  readonly name: string;
  readonly waiting: number;
  readonly running: number;
}

export interface DatabaseState {
  readonly bytes: number;
  /** Newest migration that was applied, by its name. */
  readonly newestMigration: string | null;
  /** Lengths of the engine's queues, summed over all machines. */
  readonly queues: readonly EngineQueue[];
}

/** Last turn of a session. `provider` is the provider that its agent names, or null if the agent names none. */
export interface LastTurn {
  readonly harness: string;
  readonly model: string;
  readonly provider: string | null;
  readonly isKeyRejected: boolean;
  readonly endedAt: Date;
}

export interface InstallationQueries {
  /**
   * Reads the state, with the newest save of the machine `savingMachineId`. Without a shared blob store, no session is saved:
   * pass null, so that the read does not visit every session. The database's clock measures the ages.
   */
  read(savingMachineId: string | null): Promise<InstallationState>;
  /** Reads the turns and webhook deliveries of an organization, or of all organizations if `organizationId` is null. */
  readWork(organizationId: string | null): Promise<WorkState>;
  /** Lists at most 500 processes, oldest first. Omits those that have stopped. */
  listProcesses(): Promise<InstallationProcess[]>;
  listReservedPlaces(): Promise<ReservedPlaces[]>;
  readDatabase(): Promise<DatabaseState>;
  /**
   * Lists the last turns of the organization's 200 sessions that changed most recently, newest first. Omits turns that are
   * no evidence about a key: those that have not ended, were cancelled, or failed for another reason.
   */
  listLastTurns(organizationId: string): Promise<LastTurn[]>;
}
