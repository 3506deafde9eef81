import type { HarnessLaunch, LaunchedHarness } from "../harness/harness.ts";
import type { Sandbox, SandboxSpec } from "../sandbox/sandbox.ts";

/** A harness to start before its session exists. */
export interface WaitingWish {
  /** Equal for sessions of one organization with the same harness and repositories. At most one harness waits for them. */
  readonly place: string;
  /** Fingerprint of everything that the harness and its sandbox receive before their session. */
  readonly fingerprint: string;
  readonly spec: Omit<SandboxSpec, "workspace">;
  readonly launch: Omit<HarnessLaunch, "sandbox">;
}

/** Wish of an earlier session. */
export interface RecalledWish {
  readonly wish: WaitingWish;
  readonly usedAt: Date;
}

/** A harness that waits, paused, in a sandbox with an empty workspace and HOME. */
export interface WaitingHarness {
  readonly wish: WaitingWish;
  /** Name of the sandbox's folders until a session adopts them. */
  readonly name: string;
  /** Session number whose user owns the sandbox, and which no session has. */
  readonly sessionNumber: number;
  readonly sandbox: Sandbox;
  readonly harness: LaunchedHarness;
  /** Memory of the paused programs. */
  readonly memoryBytes: number;
}

/** Harnesses of one worker that have started before their sessions exist. */
export interface WaitingHarnesses {
  /**
   * Transfers the waiting harness with exactly these settings to the caller, and notes that such sessions exist. Returns
   * null if there is none. Only one caller receives each harness.
   */
  claim(wish: WaitingWish): WaitingHarness | null;
  /**
   * Ends a claimed harness, and removes its folders unless a session has them. Never rejects: `tend` repeats an end that
   * fails.
   */
  end(waiting: Pick<WaitingHarness, "sandbox" | "name">): Promise<void>;
  /** Starts a harness that is missing, and ends those that are no longer needed. */
  tend(): Promise<void>;
  /** Ends all harnesses that no turn has claimed. Afterward, none starts. Idempotent. */
  close(): Promise<void>;
}
