import type { HarnessCapabilities } from "../../../access/index.ts";
import { effectiveSettings } from "../../../accounts/index.ts";
import { titleInstruction } from "../publish/decide-title.ts";
import { agentOf, type TurnContext } from "../turn-context.ts";

/** The organization's `customSystemPrompt`; null without one. */
export function instructionsOf({
  ports,
  organization,
}: Pick<TurnContext, "ports" | "organization">): string | null {
  const text = effectiveSettings(ports, organization).customSystemPrompt.trim();
  return text === "" ? null : text;
}

/** What the harness is given when its conversation opens; one that takes nothing there finds it in its first prompt. */
export function instructionsForHarness(context: TurnContext): string | null {
  return capabilitiesOf(context).takesInstructions ? instructionsOf(context) : null;
}

/** What stands after each message over a repository. */
export function closingInstructions({
  ports,
  organization,
}: Pick<TurnContext, "ports" | "organization">): string[] {
  const { commitInstructions, prTitleInstructions } = effectiveSettings(ports, organization);
  return [commitInstruction(commitInstructions), titleInstruction(prTitleInstructions)].filter(
    (text) => text !== null,
  );
}

/** What the harness is told of the organization's rule for commits; null when there is none. */
function commitInstruction(rule: string): string | null {
  const text = rule.trim();
  if (text === "") return null;
  return `When you have changed files, commit them yourself on the branch that is checked out, in every repository you changed, and do not push. Your commits follow this rule: ${text}`;
}

const nothing: Pick<HarnessCapabilities, "readsRuleFiles" | "takesInstructions" | "skillFolders"> = {
  readsRuleFiles: [],
  takesInstructions: false,
  skillFolders: null,
};

/** What the message's harness reads by itself. */
export function capabilitiesOf(context: TurnContext): typeof nothing {
  const { harness } = agentOf(context);
  return context.ports.harnesses.list().find(({ name }) => name === harness)?.capabilities ?? nothing;
}
