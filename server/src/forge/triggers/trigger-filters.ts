import type { TriggerFilter } from "../../core/forges/index.ts";

export const texts = (description: string): TriggerFilter => ({ type: "array", description });
export const oneOf = (description: string, ...choices: string[]): TriggerFilter => ({
  type: "array",
  description,
  enum: choices,
});
const flag = (description: string): TriggerFilter => ({ type: "boolean", description });

export const repositories = texts("In these repositories alone.");
export const branches = texts("Of these branches alone.");
export const openedBy = texts("Opened by these people alone.");
export const drafts = flag("Drafts as well.");
export const temboMade = flag("Those of Tembo as well.");
export const refs = {
  repositories,
  branchNames: texts("Branches of these names."),
  tagNames: texts("Tags of these names."),
  refType: oneOf("Branches or tags alone.", "branch", "tag"),
};
