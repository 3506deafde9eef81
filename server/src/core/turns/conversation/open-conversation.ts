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
import { agentOf, sessionEnvironment, type TurnContext } from "../turn/turn-context.ts";
import { workingDirectory } from "../turn/working-directory.ts";
import type { WarmSandbox } from "../warm-sandbox/warm-sandbox.ts";
import { mcpServersOf } from "./mcp-servers.ts";
import { type ConversationWish, startIn, takeRunning } from "./start-in.ts";

export interface OpenedConversation {
  readonly conversation: Conversation;
  /** The harness knows it from before. */
  readonly isResumed: boolean;
  /** The last event of the session that it knows of. */
  readonly seenSeq: number;
  /** Of this turn's part of it; to be closed when that has ended. */
  readonly recording: ProtocolRecording;
}

/**
 * The message's harness in the machine, with its own conversation of the session when there is one that it knows: as it runs there
 * already when the message asks for the very same of it, or started. Throws `harness_failed`.
 */
export async function openConversation(
  context: TurnContext,
  machine: WarmSandbox,
  signal: AbortSignal,
): Promise<OpenedConversation> {
  const { store } = context.ports;
  const { harness } = agentOf(context);
  const known = await store.conversations.find(context.session.id, harness);
  const recording = beginRecording(context, machine.sandbox, known?.id ?? null);
  try {
    const skills = await skillsOf(context);
    const wish = await wishOf(context, machine.sandbox, { recording, skills });
    const running = takeRunning(machine, wish);
    if (running !== null && known?.id === running.id)
      return { conversation: running, isResumed: true, seenSeq: known.seenSeq, recording };
    await machine.conversation?.conversation.close();
    await placeSkills(context, machine.sandbox, skills, signal);
    const conversation = await startIn(
      machine,
      { harnesses: context.ports.harnesses, wish, conversationId: known?.id ?? null },
      signal,
    );
    const isResumed = known !== null && conversation.id === known.id && conversation.isResumed;
    const seenSeq = isResumed ? known.seenSeq : 0;
    if (!isResumed) await store.conversations.save(context.lease, harness, { id: conversation.id, seenSeq });
    return { conversation, isResumed, seenSeq, recording };
  } catch (cause) {
    // What was said before a start failed tells why.
    await recording.close();
    throw cause;
  }
}

async function wishOf(
  context: TurnContext,
  sandbox: Sandbox,
  { recording, skills }: { readonly recording: ProtocolRecording; readonly skills: SkillSet | null },
): Promise<ConversationWish> {
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
    mcpServers: await mcpServersOf(context, sandbox),
    skillsFit: skillsFit(skills),
    decidePermission: createPermissionDesk(context),
    onWireLine: (line) => recording.hear(line),
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
