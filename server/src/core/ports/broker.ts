import type { ModelFamily } from "./harness.ts";

/** The doors of a sandbox. Keys are added here, outside; the socket is the capability. */
export interface Broker {
  /**
   * Opens a session's model gateway at `socketPath` (an old socket is replaced; mode lets the sandbox's user connect).
   * It forwards to the configured base URL of the family, adds the operator's key, and streams both ways.
   */
  openModelGateway(input: {
    readonly socketPath: string;
    readonly family: ModelFamily;
    readonly uid: number;
    readonly gid: number;
  }): Promise<ModelGateway>;
}

export interface ModelGateway {
  /** What the provider last refused with, as a sentence for a person; null when its last answer was good. */
  lastFailure(): string | null;
  /** Cuts running streams and removes the socket. Idempotent. */
  close(): Promise<void>;
}
