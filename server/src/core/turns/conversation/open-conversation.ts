import {
  createPermissionDesk,
  optionsOf,
  type ProtocolRecording,
  recordProtocol,
} from "../../sessions/index.ts";
import type { Conversation } from "../harness/harness.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { instructionsForHarness } from "../turn/guidance/organization-instructions.ts";
import { placeSkills, type SkillSet, skillsFit, skillsOf } from "../turn/guidance/place-skills.ts";
import { agentOf, sessionEnvironment, type TurnContext, type WorkContext } from "../turn/turn-context.ts";
import { workingDirectory } from "../turn/working-directory.ts";
import type { WarmSandbox } from "../warm-sandbox/warm-sandbox.ts";
import { mcpServersOf, noteOmittedServers } from "./mcp-servers.ts";
import { type ConversationWish, startIn, takeRunning } from "./start-in.ts";

export interface OpenedConversation {
  readonly conversation: Conversation;
  /** True if the harness still had this conversation and resumed it. */
  readonly isResumed: boolean;
  /** Sequence number of the last session event that the conversation includes. */
  readonly seenSeq: number;
  /** Recording of this turn's part of the conversation. The caller must close it when that part has ended. */
  readonly recording: ProtocolRecording;
}

/**
 * Opens a conversation with the message's harness in the warm sandbox. Resumes the harness's existing conversation for
 * the session, if it still has one. Reuses a running or prepared harness that was started with the same settings.
 * Otherwise, closes the running harness, if any, places the skills and starts the harness. Records the protocol. Throws
 * `harness_failed` if the harness cannot be started.
 */
export async function openConversation(
  context: TurnContext,
  warm: WarmSandbox,
  signal: AbortSignal,
): Promise<OpenedConversation> {
  const { store } = context.ports;
  const { harness } = agentOf(context);
  const known = await store.conversations.find(context.session.id, harness);
  const recording = beginRecording(context, warm.sandbox, known?.id ?? null);
  try {
    const skills = await skillsOf(context);
    await noteOmittedServers(context);
    const wish: ConversationWish = {
      ...harnessWish(context, warm.sandbox, skills),
      decidePermission: createPermissionDesk(context),
      onProtocolLine: (line) => recording.recordLine(line),
    };
    const prepared = takePrepared(warm, wish);
    const running = prepared ?? takeRunning(warm, wish);
    if (running !== null && running !== prepared && known?.id === running.id)
      return { conversation: running, isResumed: true, seenSeq: known.seenSeq, recording };
    const conversation =
      prepared ?? (await restart(context, warm, { wish, skills, conversationId: known?.id ?? null }, signal));
    const isResumed = known !== null && conversation.id === known.id && conversation.isResumed;
    const seenSeq = isResumed ? known.seenSeq : 0;
    if (!isResumed) await store.conversations.save(context.lease, harness, { id: conversation.id, seenSeq });
    return { conversation, isResumed, seenSeq, recording };
  } catch (cause) {
    // Keeps the protocol lines before a failed start, because they explain the failure.
    await recording.close();
    throw cause;
  }
}

/** Returns the conversation of a harness that was started before this turn, if it was started with these settings. */
function takePrepared(warm: WarmSandbox, wish: ConversationWish): Conversation | null {
  if (warm.conversation?.isPrepared !== true) return null;
  warm.conversation.isPrepared = false;
  return takeRunning(warm, wish);
}

async function restart(
  context: TurnContext,
  warm: WarmSandbox,
  {
    wish,
    skills,
    conversationId,
  }: {
    readonly wish: ConversationWish;
    readonly skills: SkillSet | null;
    readonly conversationId: string | null;
  },
  signal: AbortSignal,
): Promise<Conversation> {
  await warm.conversation?.conversation.close();
  await placeSkills(context, warm.sandbox, skills, signal);
  return startIn(warm, { harnesses: context.ports.harnesses, wish, conversationId }, signal);
}

/** Returns the settings for starting the session's harness, without the listeners of a turn. */
export function harnessWish(
  context: WorkContext,
  sandbox: Sandbox,
  skills: SkillSet | null,
): Omit<ConversationWish, "decidePermission" | "onProtocolLine"> {
  const { mode, reasoningLevel, speed } = optionsOf(context);
  return {
    ...agentOf(context),
    modelFamily: context.modelRoute.family,
    cwd: workingDirectory(context, sandbox),
    env: sessionEnvironment(context),
    mode,
    reasoningLevel,
    speed,
    instructions: instructionsForHarness(context),
    mcpServers: mcpServersOf(context, sandbox),
    skillsFit: skillsFit(skills),
  };
}

function beginRecording(
  context: TurnContext,
  sandbox: Sandbox,
  conversationId: string | null,
): ProtocolRecording {
  const { turn, lease, message } = context;
  return recordProtocol(context, {
    turnId: turn.id,
    turnNumber: turn.number,
    attempt: lease.attempt,
    messageId: message.id,
    ...agentOf(context),
    mode: optionsOf(context).mode,
    cwd: workingDirectory(context, sandbox),
    conversationId,
  });
}
