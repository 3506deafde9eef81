/** Registry of running workers. Workers use it to detect that another worker has died. */
export interface WorkerRegistry {
  /**
   * Registers a worker with a heartbeat row and a lock on a dedicated connection. The database releases the lock when
   * the process dies. Reconnects after a lost connection until the worker leaves.
   */
  join(input: {
    readonly workerId: string;
    readonly host: string;
    /** Version of the workflows that the worker runs. */
    readonly version: number;
    readonly machine: WorkerMachine;
    /** Receives the ID of each turn for which a stop is requested, including other workers' turns. */
    readonly onStopNotice: (turnId: string) => void;
    /** Receives the ID of each turn for which a steering message is queued, including other workers' turns. */
    readonly onSteeringNotice: (turnId: string) => void;
    /** Receives the ID of each session whose sandbox has a new keep-alive time. */
    readonly onKeepAliveNotice?: (sessionId: string) => void;
    /** Receives the ID of each session for which another worker holds the turn and waits for the sandbox to stop. */
    readonly onHandOverNotice?: (sessionId: string) => void;
    /** Receives the ID of each preparation that was requested, extended or replaced. */
    readonly onPreparationNotice?: (preparationId: string) => void;
    /** Runs when a turn waits for a machine, or when a machine may have become free. */
    readonly onPlacementNotice?: () => void;
    /** Receives the name of each queue that has new work, including queues of other machines. */
    readonly onQueueNotice?: (queueName: string) => void;
    /**
     * Runs when the worker returns after others have taken over its turns, before it may act again. Ends everything that
     * it still does for them.
     */
    readonly onTakenOver: () => Promise<void>;
    /** Runs after a reconnect, because the worker may have missed notices. */
    readonly onRejoined: () => void;
  }): Promise<Membership>;
  noticeStop(turnId: string): Promise<void>;
  noticeSteering(turnId: string): Promise<void>;
  noticeHandOver(sessionId: string): Promise<void>;
}

/** Machine on which a worker runs. Workers that share a data folder share the machine, and their limits add up. */
export interface WorkerMachine {
  readonly id: string;
  /** Maximum number of turns that the worker runs at a time. */
  readonly turnLimit: number;
  /** Labels of the worker, without repetitions. Turns and builds may request a machine by labels. */
  readonly labels: readonly string[];
  /** Memory of the machine. */
  readonly memoryBytes: number;
}

export interface Membership {
  /**
   * Calls `takeOver` with the ID of each other worker that left or died, and then removes that worker. Only one process
   * takes over a worker at a time, and the worker cannot join again meanwhile. Does nothing while disconnected.
   */
  takeOverLost(takeOver: (workerId: string) => Promise<void>): Promise<void>;
  /** Returns the workflow versions of all workers that exist, including lost ones whose work was not taken over yet. */
  versions(): Promise<number[]>;
  /** Returns the largest limit of the workers on this machine. */
  largestTurnLimit(): Promise<number>;
  /** Marks this worker as stopping, so that it receives no further turns. */
  drain(): Promise<void>;
  /** Unregisters this worker, so that other workers take over its turns immediately. Idempotent. */
  leave(): Promise<void>;
}
