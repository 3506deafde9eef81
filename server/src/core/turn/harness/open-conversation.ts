import type { Conversation, McpServer } from "../../ports/harness.ts";
import type { Sandbox } from "../../ports/sandbox.ts";
import { agentOf, optionsOf, sessionEnvironment, type TurnContext, tell } from "../turn-context.ts";

/** Starts the message's harness in the sandbox, with the session's conversation when there is one that it knows. Throws `harness_failed`. */
export async function openConversation(
  context: TurnContext,
  sandbox: Sandbox,
  signal: AbortSignal,
): Promise<Conversation> {
  const { ports, session, lease } = context;
  const { mode, reasoningLevel, speed } = optionsOf(context);
  const conversation = await ports.harnesses.start(
    {
      ...agentOf(context),
      sandbox,
      cwd: workingDirectory(context, sandbox),
      conversationId: session.conversationId,
      env: sessionEnvironment(context),
      mode,
      reasoningLevel,
      speed,
      mcpServers: await serversOf(context, sandbox),
      decidePermission: null,
      onWireLine: null,
    },
    signal,
  );
  if (conversation.id === session.conversationId) return conversation;
  try {
    await ports.store.sessions.setConversation(lease, conversation.id);
    return conversation;
  } catch (cause) {
    await conversation.close();
    throw cause;
  }
}

/** Those that the harness can reach: the session's own, and what the turn names. What is left out of these is told. */
async function serversOf(context: TurnContext, sandbox: Sandbox): Promise<McpServer[]> {
  const { ports, mcp } = context;
  const { harness } = agentOf(context);
  const info = ports.harnesses.list().find(({ name }) => name === harness);
  const reached = new Set(info?.capabilities.mcpTransports ?? []);
  const unreached = mcp.servers.filter(({ transport }) => !reached.has(transport));
  const notices = [
    ...mcp.notices,
    ...unreached.map(
      ({ name }) => `${harness} cannot use the MCP connection ${name}; the turn works without it.`,
    ),
  ];
  for (const message of notices) await tell(context, `mcp:${message}`, { type: "notice", message });
  return [ownServer(sandbox), ...mcp.servers].filter(({ transport }) => reached.has(transport));
}

/** The session's own tools. Told all that it needs: harnesses hand their servers little of their own environment. */
function ownServer({ tools }: Sandbox): McpServer {
  return {
    transport: "stdio",
    name: "tembo",
    argv: [tools.program, "mcp"],
    env: { TEMBO_TOOLS_URL: tools.url },
  };
}

/** The one repository's folder, or the folder that holds several or none. */
function workingDirectory({ checkouts }: TurnContext, sandbox: Sandbox): string {
  const [only, ...others] = checkouts;
  return only !== undefined && others.length === 0
    ? `${sandbox.workspacePath}/${only.use.directory}`
    : sandbox.workspacePath;
}
