import type { Agent, AgentUpdateBody } from "@tembo-io/sdk";
import { isSame } from "../../components/edit/is-same.ts";
import { type ChosenRepository, fullName } from "../../repositories/chosen-repository.ts";
import { parseMarkdown, toMarkdown } from "./instructions.ts";

/** Agent fields that users edit. */
export interface AgentWords {
  readonly name: string;
  readonly instructions: string;
  readonly agent: string | null;
  readonly repositories: readonly ChosenRepository[];
  readonly key: string;
  readonly script: string;
}

export const noWords: AgentWords = {
  name: "",
  instructions: "",
  agent: null,
  repositories: [],
  key: "",
  script: "",
};

export const toAgentWords = (agent: Agent): AgentWords => ({
  name: agent.name,
  instructions: toMarkdown(agent.instructions),
  agent: agent.agent,
  repositories: agent.codeRepositories.map((repository) => ({
    id: repository.id,
    name: fullName(repository),
  })),
  key: agent.key ?? "",
  script: agent.script ?? "",
});

/** Returns the values that decide whether a field has changed: the forge can rename a repository. Pure. */
export const comparedAgent = (words: AgentWords) => ({
  ...words,
  repositories: words.repositories.map(({ id }) => id),
});

/** Returns the changed fields as a request body. Omits the rich text document if its Markdown has not changed. */
export function diffAgentWords(base: AgentWords, next: AgentWords): AgentUpdateBody {
  const [before, after] = [comparedAgent(base), comparedAgent(next)];
  const changed = (field: keyof AgentWords) => !isSame(before[field], after[field]);
  return {
    ...(changed("name") && { name: next.name.trim() }),
    ...(changed("instructions") && { instructions: parseMarkdown(next.instructions) }),
    ...(changed("agent") && { agent: next.agent }),
    ...(changed("repositories") && { repositoryIds: next.repositories.map(({ id }) => id) }),
    ...(changed("key") && { key: next.key.trim() || null }),
    ...(changed("script") && { script: next.script.trim() === "" ? null : next.script }),
  };
}
