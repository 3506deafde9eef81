import type { ProtocolLine } from "../../sessions/index.ts";
import type { Conversation, Harnesses, HarnessStart } from "../harness/harness.ts";
import { fingerprintOf } from "../warm-sandbox/fingerprint.ts";
import type { OpenConversation, TurnListeners, WarmSandbox } from "../warm-sandbox/warm-sandbox.ts";

/** All that a message asks of its harness. */
export type ConversationWish = Omit<HarnessStart, "sandbox" | "conversationId"> & {
  /** Of the skills that lie in HOME: a harness looks for them when it starts, and not again. */
  readonly skillsFit: string;
};

/** Of the lines by which a conversation was opened: a recording of a later turn begins with them. */
const maxOpeningChars = 256_000;

/** The conversation that runs in the machine, if it lives and was started with the very same; from now on it calls the wish's listeners. */
export function takeRunning(machine: WarmSandbox, wish: ConversationWish): Conversation | null {
  const running = machine.conversation;
  if (running === null || !running.conversation.isAlive || running.fit !== startFit(wish)) return null;
  running.listeners = wish;
  for (const line of running.opening) wish.onWireLine?.(line);
  return running.conversation;
}

/** Starts the harness in the machine, whose conversation this is then. Throws as `Harnesses.start`. */
export async function startIn(
  machine: WarmSandbox,
  {
    harnesses,
    wish,
    conversationId,
  }: {
    readonly harnesses: Pick<Harnesses, "start">;
    readonly wish: ConversationWish;
    readonly conversationId: string | null;
  },
  signal: AbortSignal,
): Promise<Conversation> {
  const holder: { listeners: TurnListeners } = { listeners: wish };
  const { skillsFit: _, ...start } = wish;
  const { decidePermission } = start;
  const opening = keepOpening();
  const conversation = await harnesses.start(
    {
      ...start,
      sandbox: machine.sandbox,
      conversationId,
      decidePermission:
        decidePermission &&
        ((request, asking) =>
          holder.listeners.decidePermission?.(request, asking) ?? Promise.resolve("deny")),
      onWireLine: (line) => {
        opening.hear(line);
        holder.listeners.onWireLine?.(line);
      },
    },
    signal,
  );
  const opened = { conversation, fit: startFit(wish), opening: opening.end() };
  machine.conversation = Object.assign(holder, opened) satisfies OpenConversation;
  return conversation;
}

/** Listeners belong to a turn: only whether it is asked for permission is part of what a harness was started with. */
function startFit({ decidePermission, onWireLine: _, ...rest }: ConversationWish): string {
  return fingerprintOf({ ...rest, asks: decidePermission !== null });
}

function keepOpening() {
  const lines: ProtocolLine[] = [];
  let room = maxOpeningChars;
  return {
    hear(line: ProtocolLine): void {
      room -= line.text.length;
      if (room >= 0) lines.push(line);
    },
    end(): readonly ProtocolLine[] {
      room = 0;
      return lines;
    },
  };
}
