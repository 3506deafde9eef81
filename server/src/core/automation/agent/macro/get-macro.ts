import { AppError } from "../../../base/index.ts";
import type { AutomationQueries } from "../../ports.ts";
import type { Agent } from "../agent.ts";
import { instructionsText } from "../instructions-text.ts";
import { readMacro } from "./read-macro.ts";

/** An agent that a person called by its key, with the text of its instructions. */
export interface CalledAgent extends Agent {
  readonly text: string;
}

/** Maximum number of keys in the error for an unknown key. */
const keysNamed = 50;

/**
 * Returns an agent by its key, even if it is disabled, because a person calls it. Throws `invalid_input` if the agent has no instructions, or if the
 * key is unknown or belongs to an archived agent. The error for an unknown key lists existing keys.
 */
export async function getMacro(
  { agents }: Pick<AutomationQueries, "agents">,
  organizationId: string,
  key: string,
): Promise<CalledAgent> {
  const agent = await agents.findByKey(organizationId, key);
  if (agent === null) {
    const keys = await agents.keys(organizationId, keysNamed + 1);
    throw new AppError("invalid_input", `No agent has the key "${key}". ${thoseThatAre(keys)}`);
  }
  const text = instructionsText(agent.instructions);
  if (text === "")
    throw new AppError(
      "invalid_input",
      `The agent "${agent.name}", called by !${key}, has no "instructions". Describe what the agent must do.`,
    );
  return { ...agent, text };
}

/** Returns the agent's instructions, followed by the caller's additional text, which may be empty. Pure. */
export function callText({ text }: Pick<CalledAgent, "text">, added: string): string {
  return added === "" ? text : `${text}\n\nThe person who called this agent added:\n\n${added}`;
}

/** True if an agent call can contain the key. Keys such as `team/review` are usable only in the API. */
const isCallable = (key: string) => readMacro(`!${key}`)?.key === key;

function thoseThatAre(all: readonly string[]): string {
  const keys = all.filter(isCallable);
  const otherwise =
    'A message that starts with "!" calls an agent. If you did not mean to call an agent, start the message with another word.';
  if (keys.length === 0)
    return `No agent can be called yet. Set an agent's "key" with PATCH /v1/agents/{agentId}. ${otherwise}`;
  const named = keys.slice(0, keysNamed).map((key) => `!${key}`);
  const more = all.length > keysNamed ? ", and more" : "";
  return `You can call ${named.join(", ")}${more}. ${otherwise}`;
}
