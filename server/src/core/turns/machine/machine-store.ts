/** Machine on which at least one worker runs. */
export interface ListedMachine {
  readonly id: string;
  /** Host name of one of its workers. */
  readonly host: string;
  readonly workers: readonly ListedWorker[];
  /** Turns that the machine has, and the number that its workers run at a time. */
  readonly turns: number;
  readonly turnLimit: number;
  /** Number of sessions whose newest files are only on this machine. */
  readonly unsavedSessions: number;
}

export interface ListedWorker {
  readonly id: string;
  /** True if the worker takes no further turns and leaves. */
  readonly isDraining: boolean;
}

/** Session whose newest files are only on the disk of a machine that was drained. */
export interface UnsavedSession {
  readonly sessionId: string;
  readonly reason: string;
}

export interface MachineQueries {
  /** Lists the machines whose workers are alive, oldest first. */
  list(): Promise<ListedMachine[]>;
  /** Marks live workers as draining. Idempotent. */
  drain(workerIds: readonly string[]): Promise<void>;
  isDraining(workerId: string): Promise<boolean>;
  /** True if a live worker of this machine accepts turns. */
  acceptsTurns(machineId: string): Promise<boolean>;
  /**
   * True if a live worker of another machine accepts turns. A worker of an older version cannot continue turns of this one,
   * so it does not count.
   */
  othersAcceptTurns(machineId: string, version: number): Promise<boolean>;
  /**
   * Lets the turns of this machine that no worker has begun wait for another machine, and notifies the workers. Leaves out
   * those that a worker is about to begin. Call it under the lock of the placers. Their workflows wait in `waitingQueue` until they are placed.
   */
  releaseQueued(machineId: string, waitingQueue: string): Promise<void>;
  /**
   * Lists the sessions that a drain of the machine could not save. If no worker of the machine is left, lists all sessions
   * whose newest files are only there, because a worker may have died during its drain.
   */
  listUnsaved(machineId: string): Promise<UnsavedSession[]>;
}
