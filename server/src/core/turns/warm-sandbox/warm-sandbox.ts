import { newId } from "../../base/index.ts";
import type { DecidePermission, ProtocolLine } from "../../sessions/index.ts";
import type { Conversation, LaunchedHarness } from "../harness/harness.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import type { RunningServices } from "../service/run-services.ts";

/** An open sandbox, with state that can be reused in the next turn. */
export interface WarmSandbox {
  readonly sandbox: Sandbox;
  /**
   * Fingerprint of the spec and secrets that the sandbox was opened with. Work with a different fingerprint needs a new
   * sandbox.
   */
  readonly fingerprint: string;
  /** True if programs run in the system of an environment instead of the machine's own. */
  readonly hasSystem: boolean;
  conversation: OpenConversation | null;
  /** Harness that was started without a conversation, with the fingerprint of its settings, or null. */
  launched: { readonly harness: LaunchedHarness; readonly fingerprint: string } | null;
  /** Services of the project, or null until they have started. */
  services: RunningServices | null;
  /** Distinguishes the sandboxes of one turn. */
  readonly number: string;
  /** Environment and working directory for programs, from the current or last work. */
  surroundings: Surroundings;
  /** Removes what the host has of the sandbox beside its session's folders, after it has stopped. */
  readonly afterStop?: () => Promise<void>;
}

export interface Surroundings {
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
}

/** A harness that runs in the warm sandbox. */
export interface OpenConversation {
  readonly conversation: Conversation;
  /**
   * Fingerprint of the settings that the harness was started with. A turn with different settings restarts the harness.
   */
  readonly fingerprint: string;
  /** Protocol lines until the conversation was open, or until its first turn if it was prepared. */
  readonly opening: OpeningLines;
  /** True if the harness was started before its turn and has received no prompt yet. */
  isPrepared: boolean;
  /** The current turn's listeners. */
  listeners: TurnListeners;
}

export interface OpeningLines {
  readonly lines: readonly ProtocolLine[];
  /** Stops the recording of further lines. Idempotent. */
  end(): void;
}

export interface TurnListeners {
  readonly decidePermission: DecidePermission | null;
  readonly onProtocolLine: ((line: ProtocolLine) => void) | null;
}

/** Returns a new sandbox, in which neither a harness nor services run. */
export function newWarmSandbox(
  opened: Pick<WarmSandbox, "sandbox" | "fingerprint" | "hasSystem" | "surroundings" | "afterStop">,
): WarmSandbox {
  return { ...opened, conversation: null, launched: null, services: null, number: newId() };
}

/** Closes the harness and the services, which can save their state first, and then stops the sandbox. */
export async function closeWarmSandbox(warm: WarmSandbox): Promise<void> {
  try {
    // Resumes first, because a paused harness could not respond.
    await warm.sandbox.resume();
    await warm.conversation?.conversation.close();
    await warm.services?.end();
  } finally {
    await Promise.all([warm.services?.recordStop(), warm.sandbox.stop()]);
    await warm.afterStop?.();
  }
}
