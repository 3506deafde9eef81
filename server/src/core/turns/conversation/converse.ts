import { eventsOfTurn, optionsOf } from "../../sessions/index.ts";
import type { Conversation } from "../harness/harness.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import type { WakeSignal } from "../turn/claim/wake-signal.ts";
import { measurePhase } from "../turn/measure-phase.ts";
import { agentOf, type TurnContext } from "../turn/turn-context.ts";
import { workingDirectory } from "../turn/working-directory.ts";
import type { WarmSandbox } from "../warm-sandbox/warm-sandbox.ts";
import { composePrompt } from "./compose-prompt.ts";
import { isPromptAnswered } from "./is-prompt-answered.ts";
import { nextGoalRound } from "./next-goal-round.ts";
import { type OpenedConversation, openConversation } from "./open-conversation.ts";
import { messagePrompt, type Prompt, type PromptEnd, recordPrompt } from "./record-prompt.ts";
import { steerPrompt } from "./steer-prompt.ts";
import { nextSteering } from "./steering.ts";

interface PromptSignals {
  /** Notified when a steering message may be queued. */
  readonly wakeSignal: WakeSignal;
  readonly signal: AbortSignal;
  /** Called before each prompt is sent. */
  readonly onPrompt?: () => void;
}

export interface FirstPrompt {
  /** Reason for the prompt. Unique within the turn. */
  readonly name: string;
  /** Returns the prompt, or null if an earlier attempt has received the answer and nothing follows. */
  compose(sandbox: Sandbox, opened: OpenedConversation): Promise<Prompt | null>;
}

/**
 * Runs a prompt in the session's conversation, and then each prompt that follows it in the same turn. The first prompt
 * is the turn's message unless the caller passes a different prompt.
 */
export async function converse(
  context: TurnContext,
  warm: WarmSandbox,
  signals: PromptSignals,
  first: FirstPrompt = {
    name: messagePrompt,
    compose: async (sandbox, opened) => {
      const current = await withCurrentTurn(context);
      return (await hasAnswer(current))
        ? nextSteering(context, sandbox, "endTurn")
        : composePrompt(current, sandbox, opened);
    },
  },
): Promise<void> {
  const { signal } = signals;
  const { sandbox } = warm;
  let opened = await measurePhase(context, "harness", () => openConversation(context, warm, signal));
  try {
    let prompt: Prompt | null = await first.compose(sandbox, opened);
    for (let number = 1; prompt !== null; number++) {
      signals.onPrompt?.();
      const ended = await promptSteered(context, sandbox, {
        conversation: opened.conversation,
        prompt,
        name: first.name,
        number,
        signals,
      });
      signal.throwIfAborted();
      prompt = (await nextSteering(context, sandbox, ended)) ?? (await goalRound(context, sandbox, signal));
      if (prompt !== null && !opened.conversation.isAlive) {
        // The harness did not accept the cancellation in time and was killed.
        await opened.recording.close();
        opened = await openConversation(context, warm, signal);
        prompt = await composePrompt(withPromptSent(context), sandbox, opened);
      }
    }
  } finally {
    await endPart(context, opened);
  }
}

/** Reads the turn again. This attempt may have restored files from before the prompt, so that the prompt counts as not sent. */
async function withCurrentTurn(context: TurnContext): Promise<TurnContext> {
  const turn = await context.ports.store.turns.find(context.turn.id);
  return turn === null ? context : { ...context, turn };
}

/** A goal is checked again after an interruption, so its prompts are repeated. */
async function hasAnswer(context: TurnContext): Promise<boolean> {
  if (!context.turn.isPromptSent || optionsOf(context).goal !== null) return false;
  return isPromptAnswered(await eventsOfTurn(context));
}

/** Records that the conversation includes all events so far, and closes its recording. */
async function endPart(context: TurnContext, { conversation, recording }: OpenedConversation): Promise<void> {
  const { events, conversations } = context.ports.store;
  try {
    const seenSeq = await events.lastSeq(context.session.id);
    await conversations.save(context.lease, agentOf(context).harness, { id: conversation.id, seenSeq });
  } finally {
    await recording.close();
  }
}

async function goalRound(
  context: TurnContext,
  sandbox: Sandbox,
  signal: AbortSignal,
): Promise<Prompt | null> {
  const blocks = await nextGoalRound(context, sandbox, workingDirectory(context, sandbox), signal);
  return blocks && { blocks, onReached: async () => undefined };
}

const withPromptSent = (context: TurnContext): TurnContext => ({
  ...context,
  turn: { ...context.turn, isPromptSent: true },
});

/** Runs a prompt and sends steering messages to it. Resolves when both the prompt and the sending have ended. */
async function promptSteered(
  context: TurnContext,
  sandbox: Sandbox,
  work: {
    readonly conversation: Conversation;
    readonly prompt: Prompt;
    readonly name: string;
    readonly number: number;
    readonly signals: PromptSignals;
  },
): Promise<PromptEnd> {
  const { conversation, prompt, name, number, signals } = work;
  const cut = new AbortController();
  const over = new AbortController();
  const signal = AbortSignal.any([signals.signal, over.signal]);
  let steering: Promise<unknown> = Promise.resolve();
  const onReached = async () => {
    await prompt.onReached();
    steering = steerPrompt(context, sandbox, conversation, { wakeSignal: signals.wakeSignal, signal }).then(
      (outcome) => outcome === "cut" && cut.abort(),
      (cause: unknown) => {
        cut.abort();
        throw cause;
      },
    );
    // The promise is awaited below, but may reject earlier.
    steering.catch(() => undefined);
  };
  try {
    return await recordPrompt(
      context,
      conversation,
      { blocks: prompt.blocks, onReached },
      { name, number, signal: AbortSignal.any([signals.signal, cut.signal]) },
    );
  } finally {
    over.abort();
    await steering;
  }
}
