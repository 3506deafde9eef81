import type { MakeSession, SendMessage, SessionRequest } from "../../../sessions/index.ts";
import type { AutomationPorts } from "../../ports.ts";
import type { Agent } from "../agent.ts";
import { callText, findMacro } from "./find-macro.ts";
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
 * A session whose prompt calls an agent by its key is asked what that agent is to do, and has what the agent has where the request
 * says nothing. Any other is as it was. Throws `invalid_input` for a key that there is not.
 */
export async function expandCreation<C extends Creation>(
  ports: MacroPorts,
  organizationId: string,
  creation: C,
): Promise<C> {
  const macro = readMacro(creation.prompt);
  if (macro === null) return creation;
  const agent = await findMacro(ports.store, organizationId, macro.key);
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

/** As `expandCreation`, of a message: the session keeps its repositories and its sandbox. One that steers stays with the harness that runs. */
export async function expandMessage<M extends Sending>(
  ports: MacroPorts,
  organizationId: string,
  message: M,
): Promise<M> {
  const macro = readMacro(message.content);
  if (macro === null) return message;
  const agent = await findMacro(ports.store, organizationId, macro.key);
  const content = callText(agent, macro.rest);
  return message.deliveryMode === "steer"
    ? { ...message, content }
    : { ...message, content, ...workedAs(message, agent) };
}

/** Words that are kept for later, as those of a draft. */
export async function expandWords(ports: MacroPorts, organizationId: string, words: string): Promise<string> {
  return (await expandMessage(ports, organizationId, { content: words, deliveryMode: "steer" })).content;
}

/** By whom and with what; options of an agent go with the harness that it names. */
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
