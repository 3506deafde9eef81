/** Who works at the moment, and how the others learn that one has died. */
export interface WorkerRegistry {
  /**
   * Enters a worker: a row that beats, and a lock on a connection of its own that the database frees when the process dies.
   * A lost connection is made again for as long as the membership lasts.
   */
  join(input: {
    readonly workerId: string;
    readonly host: string;
    /** A turn's stop was requested; every worker hears of every one. */
    readonly onStopNotice: (turnId: string) => void;
    /** A message came that steers the turn; as above. */
    readonly onSteeringNotice: (turnId: string) => void;
    /** How long a session's sandbox shall stay up was changed. */
    readonly onKeepAliveNotice?: (sessionId: string) => void;
    /** Another worker has the session's turn and waits for its sandbox to stop. */
    readonly onLetGoNotice?: (sessionId: string) => void;
    /** The connection was lost and is back: notices may have been missed. */
    readonly onRejoined: () => void;
  }): Promise<Membership>;
  noticeStop(turnId: string): Promise<void>;
  noticeSteering(turnId: string): Promise<void>;
  noticeLetGo(sessionId: string): Promise<void>;
}

export interface Membership {
  /** Workers that left or died and whose turns wait for someone else. */
  findLost(): Promise<string[]>;
  /** Their turns are taken care of. */
  forget(workerId: string): Promise<void>;
  /** Gives the turns of this worker free to others, at once. Idempotent. */
  leave(): Promise<void>;
}
