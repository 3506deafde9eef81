import { findModel, type HarnessInfo } from "../../access/index.ts";

/**
 * Returns a sentence that announces that a harness starts, or continues in a warm sandbox. Uses display names instead
 * of IDs, where they are known. Pure.
 */
export function describeStart(
  agent: { readonly harness: string; readonly model: string },
  known: readonly Pick<HarnessInfo, "name" | "displayName">[],
  isWarm: boolean,
): string {
  const harness = known.find(({ name }) => name === agent.harness)?.displayName ?? agent.harness;
  const model = findModel(agent.model)?.displayName ?? agent.model;
  return isWarm
    ? `Continuing with ${harness} and ${model} in the warm sandbox.`
    : `Starting ${harness} with ${model}.`;
}
