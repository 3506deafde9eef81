import type { DecidePermission, ProtocolLine } from "../../sessions/index.ts";
import type { Conversation } from "../harness/harness.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";

/** An open sandbox with what may go on in it from one turn to the next. */
export interface WarmSandbox {
  readonly sandbox: Sandbox;
  /** Of what it was made for. Work that needs another gets another sandbox. */
  readonly fit: string;
  conversation: OpenConversation | null;
  /** Of the work of the moment, or of the last: what programs find in their environment, and the folder they start in. */
  surroundings: Surroundings;
}

export interface Surroundings {
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
}

/** A harness that runs in the machine's sandbox. */
export interface OpenConversation {
  readonly conversation: Conversation;
  /** Of what it was started with. A turn that asks for something else starts it anew. */
  readonly fit: string;
  /** What was said until it was open. */
  readonly opening: readonly ProtocolLine[];
  /** What it calls belongs to the turn of the moment. */
  listeners: TurnListeners;
}

export interface TurnListeners {
  readonly decidePermission: DecidePermission | null;
  readonly onWireLine: ((line: ProtocolLine) => void) | null;
}

/** Lets the harness save what it has, and ends everything. */
export async function closeWarmSandbox(machine: WarmSandbox): Promise<void> {
  try {
    // It could not answer where it stands still.
    await machine.sandbox.resume();
    await machine.conversation?.conversation.close();
  } finally {
    await machine.sandbox.stop();
  }
}
