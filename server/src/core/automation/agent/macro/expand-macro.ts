import type { MakeSession, SendMessage, SessionRequest } from "../../../sessions/index.ts";
import type { AutomationPorts } from "../../ports.ts";
import type { Agent } from "../agent.ts";
import { callText, getMacro } from "./get-macro.ts";
import { readMacro } from "./read-macro.ts";

type MacroPorts = Pick<AutomationPorts, "store">;
type Creation = Pick<
  SessionRequest,
  | "prompt"
  | "agent"
  | "agentOptions"
  | "repositoryUrls"
  | "repositoryIds"
  | "sandboxSize"
  | "mcpServers"
  | "title"
> &
  Pick<MakeSession, "pullRequestId">;
type Sending = Pick<SendMessage, "content" | "agent" | "agentOptions" | "mcpServers" | "deliveryMode">;

/**
 * Expands the prompt of a new session that begins with an agent call, such as `!review`. The agent's instructions
 * replace the call, and the agent's settings apply where the request omits them. MCP servers are combined. Returns
 * other requests unchanged. Throws the errors of `getMacro`.
 */
export async function expandCreation<C extends Creation>(
  ports: MacroPorts,
  organizationId: string,
  creation: C,
): Promise<C> {
  const macro = readMacro(creation.prompt);
  if (macro === null) return creation;
  const agent = await getMacro(ports.store, organizationId, macro.key);
  const namesRepositories =
    (creation.repositoryUrls?.length ?? 0) + (creation.repositoryIds?.length ?? 0) > 0 ||
    creation.pullRequestId !== undefined;
  return {
    ...creation,
    prompt: callText(agent, macro.rest),
    title: creation.title ?? agent.name,
    sandboxSize: creation.sandboxSize ?? agent.sandboxSize,
    ...(!namesRepositories && { repositoryIds: agent.repositoryIds }),
    ...workedAs(creation, agent),
  };
}

/**
 * Expands a message in the same way as `expandCreation`. Does not change the session's repositories or sandbox. Expands
 * only the text of a steering message, because the running harness receives it.
 */
export async function expandMessage<M extends Sending>(
  ports: MacroPorts,
  organizationId: string,
  message: M,
): Promise<M> {
  const macro = readMacro(message.content);
  if (macro === null) return message;
  const agent = await getMacro(ports.store, organizationId, macro.key);
  const content = callText(agent, macro.rest);
  return message.deliveryMode === "steer"
    ? { ...message, content }
    : { ...message, content, ...workedAs(message, agent) };
}

/** Expands the agent call in text that is stored for later use, such as a draft. */
export async function expandWords(ports: MacroPorts, organizationId: string, words: string): Promise<string> {
  return (await expandMessage(ports, organizationId, { content: words, deliveryMode: "steer" })).content;
}

/**
 * Merges the requested agent, options and MCP servers with the called agent's. The called agent's options apply only if the request specifies neither
 * options nor a different agent.
 */
export function workedAs(
  wanted: Pick<Creation & Sending, "mcpServers"> &
    Partial<Pick<Creation & Sending, "agent" | "agentOptions">>,
  agent: Pick<Agent, "agent" | "agentOptions" | "mcpServers">,
) {
  const hasOptions = Object.keys(agent.agentOptions).length > 0;
  const isOtherAgent = wanted.agent != null && wanted.agent !== agent.agent;
  return {
    agent: wanted.agent ?? agent.agent,
    agentOptions: wanted.agentOptions ?? (hasOptions && !isOtherAgent ? agent.agentOptions : null),
    mcpServers: [...new Set([...(wanted.mcpServers ?? []), ...agent.mcpServers])],
  };
}
