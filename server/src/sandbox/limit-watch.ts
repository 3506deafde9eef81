/** Watches one kind of limit of a sandbox from the outside. */
export interface LimitWatch {
  /** Implements `Sandbox.limitReached`. Can also be called after the sandbox has stopped. */
  limitReached(): string | null;
  /** Ends the watch. Called when no program is left. Idempotent. */
  end(): Promise<void>;
}
