import type { TriggerFilter } from "../../core/forges/index.ts";

export const texts = (description: string): TriggerFilter => ({ type: "array", description });
export const choiceFilter = (description: string, ...choices: string[]): TriggerFilter => ({
  type: "array",
  description,
  enum: choices,
});
const flag = (description: string): TriggerFilter => ({ type: "boolean", description });

export const repositories = texts("Only in these repositories.");
export const branches = texts("Only for these branches.");
export const openedBy = texts("Only if opened by one of these people.");
export const drafts = flag("Include drafts.");
export const temboMade = flag("Include items that Tembo opened.");
export const refs = {
  repositories,
  branchNames: texts("Only branches with these names."),
  tagNames: texts("Only tags with these names."),
  refType: choiceFilter("Only branches, or only tags.", "branch", "tag"),
};
