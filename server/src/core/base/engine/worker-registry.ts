/** Registry of running workers, by which workers detect that another has died. */
export interface WorkerRegistry {
  /**
   * Registers a worker: a row with a heartbeat, and a lock on a dedicated connection, which the database releases when
   * the process dies. Reconnects after a lost connection until the worker leaves.
   */
  join(input: {
    readonly workerId: string;
    readonly host: string;
    /** Called when a stop was requested for any turn; every worker receives every notice. */
    readonly onStopNotice: (turnId: string) => void;
    /** Called when a message to steer any turn was queued; every worker receives every notice. */
    readonly onSteeringNotice: (turnId: string) => void;
    /** Called when the keep-alive time of a session's sandbox has changed. */
    readonly onKeepAliveNotice?: (sessionId: string) => void;
    /** Called when another worker has the session's turn and waits for its sandbox to stop. */
    readonly onHandOverNotice?: (sessionId: string) => void;
    /** Called after a reconnect: notices may have been missed. */
    readonly onRejoined: () => void;
  }): Promise<Membership>;
  noticeStop(turnId: string): Promise<void>;
  noticeSteering(turnId: string): Promise<void>;
  noticeHandOver(sessionId: string): Promise<void>;
}

export interface Membership {
  /** Returns the workers that left or died and whose turns need a new worker. */
  findLost(): Promise<string[]>;
  /** Removes a lost worker once its turns have been taken over. */
  forget(workerId: string): Promise<void>;
  /** Releases the turns of this worker to others immediately. Idempotent. */
  leave(): Promise<void>;
}
