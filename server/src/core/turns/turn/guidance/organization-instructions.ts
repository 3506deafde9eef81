import type { HarnessCapabilities } from "../../../access/index.ts";
import { effectiveSettings } from "../../../accounts/index.ts";
import { titleInstruction } from "../publish/decide-title.ts";
import { agentOf, type WorkContext } from "../turn-context.ts";

/**
 * Returns the organization's effective `customSystemPrompt`, followed by the instructions of the session's project, or
 * null if both are empty.
 */
export function instructionsOf({
  ports,
  organization,
  project,
}: Pick<WorkContext, "ports" | "organization" | "project">): string | null {
  const texts = [
    effectiveSettings(ports, organization).customSystemPrompt.trim(),
    project?.agentInstructions?.trim() ?? "",
  ].filter((text) => text !== "");
  return texts.length === 0 ? null : texts.join("\n\n");
}

/**
 * Returns the instructions for opening a conversation. Returns null for a harness that does not accept them there,
 * because it receives them in its first prompt.
 */
export function instructionsForHarness(context: WorkContext): string | null {
  return capabilitiesOf(context).takesInstructions ? instructionsOf(context) : null;
}

/** Returns the instructions that are appended to the message of a turn with repositories, except in plan mode. */
export function closingInstructions({
  ports,
  organization,
}: Pick<WorkContext, "ports" | "organization">): string[] {
  const { commitInstructions, prTitleInstructions } = effectiveSettings(ports, organization);
  return [commitInstruction(commitInstructions), titleInstruction(prTitleInstructions)].filter(
    (text) => text !== null,
  );
}

/** Returns the instruction that contains the organization's rule for commits, or null if there is no rule. */
function commitInstruction(rule: string): string | null {
  const text = rule.trim();
  if (text === "") return null;
  return `If you change files, commit them yourself on the branch that is checked out, in every repository that you change. Do not push. Follow this rule for your commits: ${text}`;
}

const nothing: Pick<HarnessCapabilities, "readsRuleFiles" | "takesInstructions" | "skillFolders"> = {
  readsRuleFiles: [],
  takesInstructions: false,
  skillFolders: null,
};

/** Returns capabilities of the message's harness, or none if the server no longer has the harness. */
export function capabilitiesOf(context: WorkContext): typeof nothing {
  const { harness } = agentOf(context);
  return context.ports.harnesses.list().find(({ name }) => name === harness)?.capabilities ?? nothing;
}
