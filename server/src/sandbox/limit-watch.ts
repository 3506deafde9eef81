/** Watches one kind of sandbox limit from outside the sandbox. */
export interface LimitWatch {
  /** Implements `Sandbox.limitReached`, even after the sandbox has stopped. */
  limitReached(): string | null;
  /** Stops the watch. Called when no program is running. Idempotent. */
  end(): Promise<void>;
}
