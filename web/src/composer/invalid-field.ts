import { APIError } from "@tembo-io/sdk";

/** Names of API fields, with the form field for each. */
const fields: readonly (readonly [names: readonly string[], field: string])[] = [
  [["prompt", "description"], "prompt"],
  [["projectId"], "project"],
  [["codeRepoIds", "repositories"], "repositories"],
  [["agent", "agentOptions", "attempts"], "agent"],
  [["baseBranch"], "baseBranch"],
  [["targetBranch"], "targetBranch"],
  [["branchName"], "branchName"],
  [["sandboxSize"], "sandboxSize"],
  [["runsOn"], "runsOn"],
  [["egress"], "egress"],
  [["budgetUsd"], "budgetUsd"],
];
const more = ["targetBranch", "branchName", "runsOn", "budgetUsd"];
const chips = ["repositories", "baseBranch", "agent", "sandboxSize", "egress", "project"];

/** Returns the form field that an API error refers to, or null if there is none. Pure. */
export function invalidField(error: unknown): string | null {
  if (!(error instanceof APIError) || error.field === null) return null;
  const [name = ""] = error.field.split(".");
  return fields.find(([names]) => names.includes(name))?.[1] ?? null;
}

/** Returns true if the field is in the section of additional fields. */
export const isMoreField = (field: string | null): boolean => field !== null && more.includes(field);

/** Returns true if a chip shows the field. */
export const isChipField = (field: string | null): boolean => field !== null && chips.includes(field);
