import type { Runtime } from "@tembo-io/sdk";
import type { ChipGroup } from "./matching-groups.ts";

type Harness = Pick<Runtime, "name" | "displayName" | "availability" | "compatibleModels">;

/**
 * Returns the models of each harness, with `harness:model` as the value. The note of a model is its vendor, or the
 * reason why it cannot run. Pure.
 */
export function agentGroups(runtimes: readonly Harness[]): readonly ChipGroup[] {
  return runtimes.map(({ name, displayName, availability, compatibleModels }) => ({
    label: displayName,
    options: compatibleModels.map((model) => {
      const lacking = [availability, model.availability].find(({ status }) => status === "unavailable");
      return {
        value: `${name}:${model.name}`,
        label: model.label,
        note: lacking?.status === "unavailable" ? lacking.reason : model.provider,
        isDisabled: lacking !== undefined,
      };
    }),
  }));
}
