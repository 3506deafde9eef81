/** Watches limits of one sandbox from outside. */
export interface LimitWatch {
  /** Implements `Sandbox.limitReached`. Also valid after the end. */
  limitReached(): string | null;
  /** Called when no program is left. Idempotent. */
  end(): Promise<void>;
}
