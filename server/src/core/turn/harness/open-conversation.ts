import { createPermissionDesk } from "../../permission/create-permission-desk.ts";
import type { Conversation } from "../../ports/harness.ts";
import type { Sandbox } from "../../ports/sandbox.ts";
import { recordWire, type WireRecording } from "../../wire/record-wire.ts";
import { instructionsForHarness } from "../guidance/organization-instructions.ts";
import { placeSkills } from "../guidance/place-skills.ts";
import { agentOf, optionsOf, sessionEnvironment, type TurnContext } from "../turn-context.ts";
import { mcpServersOf } from "./mcp-servers.ts";

/**
 * Starts the message's harness in the sandbox, with the conversation when there is one that it knows: the session's unless another is
 * named. Throws `harness_failed`.
 */
export async function openConversation(
  context: TurnContext,
  sandbox: Sandbox,
  signal: AbortSignal,
  conversationId = conversationOf(context),
): Promise<Conversation> {
  await placeSkills(context, sandbox, signal);
  const { ports, lease } = context;
  const { mode, reasoningLevel, speed } = optionsOf(context);
  const { harness } = agentOf(context);
  const cwd = workingDirectory(context, sandbox);
  const recording = beginRecording(context, { cwd, conversationId });
  const start = ports.harnesses.start(
    {
      ...agentOf(context),
      sandbox,
      cwd,
      conversationId,
      env: sessionEnvironment(context),
      mode,
      reasoningLevel,
      speed,
      instructions: instructionsForHarness(context),
      mcpServers: await mcpServersOf(context, sandbox),
      decidePermission: createPermissionDesk(context),
      onWireLine: (line) => recording.hear(line),
    },
    signal,
  );
  const conversation = recorded(await closingOnFailure(start, recording), recording);
  if (conversation.id === conversationId) return conversation;
  try {
    await ports.store.sessions.setConversation(lease, { id: conversation.id, harness });
    return conversation;
  } catch (cause) {
    await conversation.close();
    throw cause;
  }
}

function beginRecording(
  context: TurnContext,
  { cwd, conversationId }: { readonly cwd: string; readonly conversationId: string | null },
): WireRecording {
  const { turn, lease, message } = context;
  return recordWire(context, {
    turnId: turn.id,
    turnNumber: turn.number,
    attempt: lease.attempt,
    messageId: message.id,
    ...agentOf(context),
    mode: optionsOf(context).mode,
    cwd,
    conversationId,
  });
}

/** What was said before a start failed tells why. */
async function closingOnFailure(start: Promise<Conversation>, recording: WireRecording) {
  try {
    return await start;
  } catch (cause) {
    await recording.close();
    throw cause;
  }
}

/** The conversation, with whose end its recording ends. */
function recorded(conversation: Conversation, recording: WireRecording): Conversation {
  return {
    id: conversation.id,
    isResumed: conversation.isResumed,
    prompt: (blocks, signal) => conversation.prompt(blocks, signal),
    steer: (blocks) => conversation.steer(blocks),
    configure: (choices) => conversation.configure(choices),
    get isAlive() {
      return conversation.isAlive;
    },
    async close() {
      await conversation.close();
      await recording.close();
    },
  };
}

/** One harness does not know the conversations of another. */
function conversationOf(context: TurnContext): string | null {
  const { conversationId, conversationHarness } = context.session;
  return conversationHarness === agentOf(context).harness ? conversationId : null;
}

/** The one repository's folder, or the folder that holds several or none. */
export function workingDirectory({ checkouts }: TurnContext, sandbox: Sandbox): string {
  const [only, ...others] = checkouts;
  return only !== undefined && others.length === 0
    ? `${sandbox.workspacePath}/${only.use.directory}`
    : sandbox.workspacePath;
}
