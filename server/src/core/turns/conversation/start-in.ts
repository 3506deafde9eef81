import { AppError } from "../../base/index.ts";
import type { ProtocolLine } from "../../sessions/index.ts";
import type { Conversation, Harnesses, HarnessStart, LaunchedHarness } from "../harness/harness.ts";
import { fingerprintOf } from "../warm-sandbox/fingerprint.ts";
import { launchFingerprint } from "../warm-sandbox/launch-fingerprint.ts";
import type {
  OpenConversation,
  OpeningLines,
  TurnListeners,
  WarmSandbox,
} from "../warm-sandbox/warm-sandbox.ts";

/** Settings with which a message's harness must be started. */
export type ConversationWish = Omit<HarnessStart, "sandbox" | "conversationId"> & {
  /** Fingerprint of the skills in HOME, which a harness reads only when it starts. */
  readonly skillsFit: string;
};

/**
 * Maximum total length of the protocol lines that opened a conversation, in characters. Recordings of later turns begin
 * with these lines.
 */
const maxOpeningChars = 256_000;

/**
 * Returns the conversation that is running in the warm sandbox, connects it to the listeners in `wish`, and passes them
 * its opening lines. Returns null if there is none, if it is no longer alive, or if it was started with different
 * settings.
 */
export function takeRunning(warm: WarmSandbox, wish: ConversationWish): Conversation | null {
  const running = warm.conversation;
  if (
    running === null ||
    !running.conversation.isAlive ||
    running.fingerprint !== conversationFingerprint(wish)
  )
    return null;
  running.opening.end();
  running.listeners = wish;
  for (const line of running.opening.lines) wish.onProtocolLine?.(line);
  return running.conversation;
}

/** Returns the harness that was launched in the warm sandbox with these settings. Closes one with other settings. */
async function takeLaunched(
  warm: WarmSandbox,
  start: Omit<ConversationWish, "skillsFit">,
): Promise<LaunchedHarness | null> {
  const { launched } = warm;
  if (launched === null) return null;
  warm.launched = null;
  const { harness, fingerprint } = launched;
  if (
    harness.isAlive &&
    fingerprint === launchFingerprint({ ...start, asks: start.decidePermission !== null })
  )
    return harness;
  await harness.close();
  return null;
}

/**
 * Starts the harness in the warm sandbox, or uses the one that was launched there with the same settings, and stores the conversation there. With `isPrepared`, no turn uses it yet.
 * Throws the errors of `Harnesses.start`.
 */
export async function startIn(
  warm: WarmSandbox,
  {
    harnesses,
    wish,
    conversationId,
    isPrepared = false,
  }: {
    readonly harnesses: Pick<Harnesses, "start">;
    readonly wish: ConversationWish;
    readonly conversationId: string | null;
    readonly isPrepared?: boolean;
  },
  signal: AbortSignal,
): Promise<Conversation> {
  const holder: { listeners: TurnListeners } = { listeners: wish };
  const { skillsFit: _, ...start } = wish;
  const { decidePermission } = start;
  const opening = keepOpening();
  const input: HarnessStart = {
    ...start,
    ...{ sandbox: warm.sandbox, conversationId },
    decidePermission:
      decidePermission &&
      ((request, asking) => holder.listeners.decidePermission?.(request, asking) ?? Promise.resolve("deny")),
    onProtocolLine: (line) => {
      opening.recordLine(line);
      holder.listeners.onProtocolLine?.(line);
    },
  };
  const launched = await takeLaunched(warm, start);
  const conversation =
    (launched && (await tryStart(harnesses, { ...input, launched }, signal))) ??
    (await harnesses.start(input, signal));
  if (!isPrepared) opening.end();
  const opened = { conversation, fingerprint: conversationFingerprint(wish), opening, isPrepared };
  warm.conversation = Object.assign(holder, opened) satisfies OpenConversation;
  return conversation;
}

/** Opens the conversation in a launched harness. Returns null if this fails, because a new harness may start. */
async function tryStart(
  harnesses: Pick<Harnesses, "start">,
  input: HarnessStart,
  signal: AbortSignal,
): Promise<Conversation | null> {
  try {
    return await harnesses.start(input, signal);
  } catch (cause) {
    if (signal.aborted || !(cause instanceof AppError) || cause.code !== "harness_failed") throw cause;
    return null;
  }
}

/**
 * Returns the fingerprint of the settings without the listeners, because they belong to a turn. For `decidePermission`,
 * the fingerprint covers only whether it is set.
 */
function conversationFingerprint({ decidePermission, onProtocolLine: _, ...rest }: ConversationWish): string {
  return fingerprintOf({ ...rest, asks: decidePermission !== null });
}

function keepOpening(): OpeningLines & { recordLine(line: ProtocolLine): void } {
  const lines: ProtocolLine[] = [];
  let remainingChars = maxOpeningChars;
  return {
    lines,
    recordLine(line) {
      remainingChars -= line.text.length;
      if (remainingChars >= 0) lines.push(line);
    },
    end() {
      remainingChars = 0;
    },
  };
}
