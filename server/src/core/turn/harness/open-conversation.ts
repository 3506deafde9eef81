import { createPermissionDesk } from "../../permission/create-permission-desk.ts";
import type { Conversation } from "../../ports/harness.ts";
import type { Sandbox } from "../../ports/sandbox.ts";
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
  const conversation = await ports.harnesses.start(
    {
      ...agentOf(context),
      sandbox,
      cwd: workingDirectory(context, sandbox),
      conversationId,
      env: sessionEnvironment(context),
      mode,
      reasoningLevel,
      speed,
      instructions: instructionsForHarness(context),
      mcpServers: await mcpServersOf(context, sandbox),
      decidePermission: createPermissionDesk(context),
      onWireLine: null,
    },
    signal,
  );
  if (conversation.id === conversationId) return conversation;
  try {
    await ports.store.sessions.setConversation(lease, { id: conversation.id, harness });
    return conversation;
  } catch (cause) {
    await conversation.close();
    throw cause;
  }
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
