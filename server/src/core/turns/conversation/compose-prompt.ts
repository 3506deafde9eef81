import { loadTranscript, type Message, optionsOf } from "../../sessions/index.ts";
import type { PromptBlock } from "../harness/harness.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { composeGuidance } from "../turn/guidance/compose-guidance.ts";
import { closingInstructions } from "../turn/guidance/organization-instructions.ts";
import { scriptContext } from "../turn/steps/script-result.ts";
import type { TurnContext } from "../turn/turn-context.ts";
import { goalInstruction } from "./decide-goal.ts";
import { giveAttachments } from "./give-attachments.ts";
import { messageBlocks, taggedFiles, wordsOf } from "./message-blocks.ts";
import { decidePromptOrigin, earlierBlock, type PromptOrigin, promptBlocks } from "./prompt-blocks.ts";
import type { Prompt } from "./record-prompt.ts";
import { markSteered, steeringBlocks } from "./steering.ts";

export interface ComposedFor {
  /** The conversation is one that the harness knows. */
  readonly isResumed: boolean;
  /** The last event of the session that it knows of then. */
  readonly seenSeq: number;
}

/**
 * What the harness is sent first: the message with what belongs to it, or the word to go on where it was cut off. What it must know
 * besides stands in a block of its own before a conversation's first message. What came meanwhile to steer the turn goes with it.
 */
export async function composePrompt(
  context: TurnContext,
  sandbox: Sandbox,
  opened: ComposedFor,
): Promise<Prompt> {
  const { turn, lease, ports } = context;
  const origin = decidePromptOrigin({
    isPromptSent: turn.isPromptSent,
    isConversationResumed: opened.isResumed,
  });
  const waiting = await ports.store.messages.takeSteering(lease);
  return {
    blocks: [
      ...(await firstBlocks(context, sandbox, origin, opened)),
      ...(await earlierBlocks(context, sandbox, origin, waiting)),
      ...(await steeringBlocks(context, sandbox, waiting)),
    ],
    onReached: async () => {
      if (!turn.isPromptSent) await ports.store.turns.markPromptSent(lease);
      await markSteered(context, waiting, "prompted");
    },
  };
}

async function firstBlocks(
  context: TurnContext,
  sandbox: Sandbox,
  origin: PromptOrigin,
  opened: ComposedFor,
): Promise<PromptBlock[]> {
  const { message } = context;
  const blocks: PromptBlock[] = promptBlocks(
    origin,
    [textOf(context), ...(await scriptOutput(context))].join("\n\n"),
    await taggedFiles(context, sandbox, message),
  );
  if (origin === "continue") return blocks;
  blocks.push(...(await giveAttachments(context, sandbox, message)));
  const guidance = isFirstPrompt(context, opened.isResumed) ? await composeGuidance(context) : null;
  const about = [
    ...(guidance === null ? [] : [{ type: "text" as const, text: guidance }]),
    ...(await earlierWork(context, opened)),
  ];
  // A command must stand at the very beginning.
  return message.slashCommand === null ? [...about, ...blocks] : [...blocks, ...about];
}

/** A conversation that was opened for the session's first message, and cut off before it was sent, has heard nothing yet. */
function isFirstPrompt({ turn }: Pick<TurnContext, "turn">, isResumed: boolean): boolean {
  return !isResumed || (turn.number === 1 && !turn.isPromptSent);
}

/** What happened in the session, and in the one it was forked from, that the harness was no part of, or has forgotten. */
async function earlierWork(
  context: TurnContext,
  { isResumed, seenSeq }: ComposedFor,
): Promise<PromptBlock[]> {
  const { ports, session } = context;
  const fork = isFirstPrompt(context, isResumed)
    ? await ports.store.sessionChanges.findFork(session.id)
    : null;
  const forked = fork?.transcript ?? null;
  const transcript = await loadTranscript(context, isResumed ? seenSeq : 0);
  return [
    ...(forked === null ? [] : [earlierBlock({ transcript: forked, of: "forked" })]),
    ...(transcript === null ? [] : [earlierBlock({ transcript, of: isResumed ? "since" : "unknown" })]),
  ];
}

/**
 * What steered the turn before it was taken up again: all of it when the harness has lost its memory, else what was put into a running
 * prompt, as a harness may keep that in mind only until its next step.
 */
async function earlierBlocks(
  context: TurnContext,
  sandbox: Sandbox,
  origin: PromptOrigin,
  waiting: readonly Message[],
): Promise<PromptBlock[]> {
  if (origin !== "startOver" && origin !== "continue") return [];
  const all = await context.ports.store.messages.steering(context.turn.id);
  const earlier = all.filter(({ id }) => !waiting.some((one) => one.id === id));
  if (origin === "continue") return steeringBlocks(context, sandbox, earlier.filter(wasInjected));
  const blocks: PromptBlock[] = [];
  for (const one of earlier) blocks.push(...(await messageBlocks(context, sandbox, one)));
  return blocks;
}

const wasInjected = ({ delivery }: Message) => delivery.mode === "steer" && delivery.steeredAs === "injected";

/** What the script of an agent's run printed; the context was loaded before it ran. */
async function scriptOutput({
  ports,
  session,
  turn,
  run,
}: Pick<TurnContext, "ports" | "session" | "turn" | "run">): Promise<string[]> {
  if (turn.number !== 1 || run?.script == null) return [];
  const result = (await ports.store.agentRuns.ofSession(session.id))?.scriptResult;
  return result == null || result.output.trim() === "" ? [] : [scriptContext(result.output)];
}

/** The message, and what the organization wants said at the end. */
function textOf(context: TurnContext): string {
  const { message, checkouts } = context;
  const words = wordsOf(message);
  const { goal, mode } = optionsOf(context);
  const toldGoal = goal === null ? [] : [goalInstruction(goal)];
  const closing = checkouts.length === 0 || mode === "plan" ? [] : closingInstructions(context);
  return [words, ...toldGoal, ...closing].join("\n\n");
}
