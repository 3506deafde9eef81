import type { DecidePermission, ProtocolLine } from "../../sessions/index.ts";
import type { Conversation } from "../harness/harness.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";

/** An open sandbox with the state that may last from one turn to the next. */
export interface WarmSandbox {
  readonly sandbox: Sandbox;
  /**
   * Fingerprint of the spec and secrets that the sandbox was opened with. Work that needs others gets another
   * sandbox.
   */
  readonly fingerprint: string;
  conversation: OpenConversation | null;
  /** Environment and working directory for programs, as of the current or last work. */
  surroundings: Surroundings;
}

export interface Surroundings {
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
}

/** A harness that runs in the warm sandbox. */
export interface OpenConversation {
  readonly conversation: Conversation;
  /** Fingerprint of the settings that the harness was started with. A turn with other settings restarts it. */
  readonly fingerprint: string;
  /** Protocol lines up to the opening of the conversation. */
  readonly opening: readonly ProtocolLine[];
  /** Listeners of the current turn. */
  listeners: TurnListeners;
}

export interface TurnListeners {
  readonly decidePermission: DecidePermission | null;
  readonly onProtocolLine: ((line: ProtocolLine) => void) | null;
}

/** Lets the harness save its state, then closes it and stops the sandbox. */
export async function closeWarmSandbox(warm: WarmSandbox): Promise<void> {
  try {
    // A paused harness could not respond.
    await warm.sandbox.resume();
    await warm.conversation?.conversation.close();
  } finally {
    await warm.sandbox.stop();
  }
}
