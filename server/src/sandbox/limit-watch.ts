/** Watches limits of one sandbox from outside. */
export interface LimitWatch {
  /** As `Sandbox.limitReached`; also after the end. */
  limitReached(): string | null;
  /** Called when no program is left. Idempotent. */
  end(): Promise<void>;
}
