import { loadTranscript, type Message, optionsOf } from "../../sessions/index.ts";
import type { PromptBlock } from "../harness/harness.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { composeGuidance } from "../turn/guidance/compose-guidance.ts";
import { closingInstructions } from "../turn/guidance/organization-instructions.ts";
import { scriptContext } from "../turn/steps/script-result.ts";
import type { TurnContext } from "../turn/turn-context.ts";
import { goalInstruction } from "./decide-goal.ts";
import { giveAttachments } from "./give-attachments.ts";
import { messageBlocks, messageText, taggedFiles, threadBlocks } from "./message-blocks.ts";
import { decidePromptOrigin, earlierBlock, type PromptOrigin, promptBlocks } from "./prompt-blocks.ts";
import type { Prompt } from "./record-prompt.ts";
import { savedFilesBlocks } from "./saved-files.ts";
import { markSteered, steeringBlocks } from "./steering.ts";

export interface ComposedFor {
  /** True if the harness still has the conversation and resumed it. */
  readonly isResumed: boolean;
  /** Sequence number of the last session event that the resumed conversation includes. */
  readonly seenSeq: number;
}

/**
 * Composes the first prompt: the message with its attachments and tagged files, or the instruction to continue after an
 * interruption. Separate blocks contain the guidance for a new conversation, and the history that the harness does not
 * know. Assigns the steering messages that have arrived in the meantime to the turn, and adds them at the end.
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
      ...(await savedFilesBlocks(context)),
      ...(await earlierBlocks(context, sandbox, origin, waiting)),
      ...(await steeringBlocks(context, sandbox, waiting)),
    ],
    onReached: async () => {
      if (!turn.isPromptSent) await ports.store.turns.setPromptSent(lease, true);
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
    [promptText(context), ...(await scriptOutput(context))].join("\n\n"),
    await taggedFiles(context, sandbox, message),
  );
  if (origin === "continue") return blocks;
  blocks.push(
    ...(await threadBlocks(context, message)),
    ...(await giveAttachments(context, sandbox, message)),
  );
  const guidance = isFirstPrompt(context, opened.isResumed) ? await composeGuidance(context) : null;
  const about = [
    ...(guidance === null ? [] : [{ type: "text" as const, text: guidance }]),
    ...(await earlierWork(context, opened)),
  ];
  // A slash command must come first.
  return message.slashCommand === null ? [...about, ...blocks] : [...blocks, ...about];
}

/**
 * True for a new conversation, and for a conversation that was opened for the session's first message but interrupted
 * before that message was sent.
 */
function isFirstPrompt({ turn }: Pick<TurnContext, "turn">, isResumed: boolean): boolean {
  return !isResumed || (turn.number === 1 && !turn.isPromptSent);
}

/**
 * Returns the history that the harness does not know, from this session and from the session that it was forked from.
 */
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
 * Returns the steering messages of earlier attempts. If the harness has lost its conversation or the turn's prompt, returns
 * all of them. If the harness resumes the conversation, returns only the messages that were injected into a running prompt. The harness
 * may have lost them if it was interrupted before its next step.
 */
async function earlierBlocks(
  context: TurnContext,
  sandbox: Sandbox,
  origin: PromptOrigin,
  waiting: readonly Message[],
): Promise<PromptBlock[]> {
  const all = await context.ports.store.messages.steering(context.turn.id);
  const earlier = all.filter(({ id }) => !waiting.some((one) => one.id === id));
  if (origin === "continue") return steeringBlocks(context, sandbox, earlier.filter(wasInjected));
  const blocks: PromptBlock[] = [];
  for (const one of earlier) blocks.push(...(await messageBlocks(context, sandbox, one)));
  return blocks;
}

const wasInjected = ({ delivery }: Message) => delivery.mode === "steer" && delivery.steeredAs === "injected";

/**
 * Returns the output of the agent run's script in the first turn. Reads it from the store, because the context was
 * loaded before the script ran.
 */
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

/** Returns the text of the message, the goal and the organization's closing instructions. */
function promptText(context: TurnContext): string {
  const { message, checkouts } = context;
  const words = messageText(message);
  const { goal, mode } = optionsOf(context);
  const goalParts = goal === null ? [] : [goalInstruction(goal)];
  const closing = checkouts.length === 0 || mode === "plan" ? [] : closingInstructions(context);
  return [words, ...goalParts, ...closing].join("\n\n");
}
