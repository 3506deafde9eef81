import type { Preparation } from "./preparation.ts";

export interface PreparationQueries {
  /**
   * Inserts an unclaimed preparation and notifies the workers. The database reserves the session number if the
   * preparation has a request. Returns false if the person or the session already has a preparation.
   */
  insert(preparation: NewPreparation): Promise<boolean>;
  find(id: string): Promise<Preparation | null>;
  /** Returns the preparation in the same way as `find`, and locks its row until the transaction ends. */
  lock(id: string): Promise<Preparation | null>;
  /** Returns the person's unused preparation, and locks its row until the transaction ends. */
  lockOfUser(userId: string): Promise<Preparation | null>;
  /** Lists the preparations that the worker has claimed. */
  ofWorker(workerId: string): Promise<Preparation[]>;
  /** Lists the preparations of workers that no longer exist. */
  ofMissingWorkers(): Promise<Preparation[]>;
  /** Returns the number of the organization's unused preparations that have not expired. */
  countOpen(organizationId: string, now: Date): Promise<number>;
  extend(id: string, expiresAt: Date): Promise<void>;
  /** Expires the preparation, detaches it from its person and notifies the workers. */
  replace(id: string, at: Date): Promise<void>;
  /**
   * Claims an unused preparation for a worker. Returns null if another worker has it, if it has expired, or if the
   * session of a reply has a warm sandbox or an active turn.
   */
  claim(id: string, workerId: string, now: Date): Promise<Preparation | null>;
  /**
   * Marks the work as used by the session with the same ID, notifies the workers and returns the reserved session number. Returns null if
   * the preparation is used, expired, or belongs to another person, organization or set of options.
   */
  use(
    id: string,
    owner: Pick<Preparation, "organizationId" | "fingerprint"> & { readonly userId: string },
    now: Date,
  ): Promise<number | null>;
  /** Changes the reserved session number. Returns false if a session has the work already. */
  setSessionNumber(id: string, sessionNumber: number): Promise<boolean>;
  delete(id: string): Promise<void>;
  /** Deletes the preparations that expired before `before` without a worker, unless a session has used them. */
  deleteUnclaimed(before: Date): Promise<void>;
}

export type NewPreparation = Omit<Preparation, "sessionNumber" | "workerId" | "usedAt"> & {
  readonly userId: string;
};
