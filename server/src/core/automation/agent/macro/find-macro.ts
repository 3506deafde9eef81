import { AppError } from "../../../base/index.ts";
import type { AutomationQueries } from "../../ports.ts";
import type { Agent } from "../agent.ts";
import { instructionsText } from "../instructions-text.ts";
import { readMacro } from "./read-macro.ts";

/** An agent that was called by its key, with what it is to do. */
export interface CalledAgent extends Agent {
  readonly text: string;
}

/** As many keys are named to who calls one that there is not. */
const keysNamed = 50;

/** Also one that is disabled: a person calls it. Throws `invalid_input` with the keys that there are, or when the agent has nothing to say. */
export async function findMacro(
  { agents }: Pick<AutomationQueries, "agents">,
  organizationId: string,
  key: string,
): Promise<CalledAgent> {
  const agent = await agents.findByKey(organizationId, key);
  if (agent === null) {
    const keys = await agents.keys(organizationId, keysNamed + 1);
    throw new AppError("invalid_input", `There is no agent with the key "${key}". ${thoseThatAre(keys)}`);
  }
  const text = instructionsText(agent.instructions);
  if (text === "")
    throw new AppError(
      "invalid_input",
      `The agent "${agent.name}", called by !${key}, has no "instructions"; write what it shall do.`,
    );
  return { ...agent, text };
}

/** The agent's instructions, with what the person who calls it added; that may be empty. Pure. */
export function callText({ text }: Pick<CalledAgent, "text">, added: string): string {
  return added === "" ? text : `${text}\n\nWho asked for this added:\n\n${added}`;
}

/** Others, as `team/review`, name agents elsewhere: as words they call nobody. */
const isCallable = (key: string) => readMacro(`!${key}`)?.key === key;

function thoseThatAre(all: readonly string[]): string {
  const keys = all.filter(isCallable);
  const otherwise =
    'Words that begin with "!" call an agent; put another word before it where that is not meant.';
  if (keys.length === 0)
    return `No agent can be called yet: give one a word as its "key" with PATCH /v1/agents/{agentId}. ${otherwise}`;
  const named = keys.slice(0, keysNamed).map((key) => `!${key}`);
  const more = all.length > keysNamed ? ", and more" : "";
  return `There are ${named.join(", ")}${more}. ${otherwise}`;
}
