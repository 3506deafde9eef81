export type ReachedLimit = "memory" | "disk" | "processes";

/** Watches one kind of sandbox limit from outside the sandbox. */
export interface LimitWatch {
  /** Implements `Sandbox.limitReached`, even after the sandbox has stopped. */
  limitReached(): string | null;
  /** Returns the limits that were reached, also after the sandbox has stopped. */
  reachedLimits(): readonly ReachedLimit[];
  /** Stops the watch. Called when no program is running. Idempotent. */
  end(): Promise<void>;
}
