import { APIError } from "@tembo-io/sdk";

/** What the API calls them, and the field of the page that holds it. */
const fields: readonly (readonly [names: readonly string[], field: string])[] = [
  [["prompt", "description"], "prompt"],
  [["codeRepoIds", "repositories"], "repositories"],
  [["agent", "agentOptions"], "agent"],
  [["baseBranch"], "baseBranch"],
  [["targetBranch"], "targetBranch"],
  [["branchName"], "branchName"],
  [["sandboxSize"], "sandboxSize"],
  [["egress"], "egress"],
  [["budgetUsd"], "budgetUsd"],
];
const more = ["targetBranch", "branchName", "sandboxSize", "egress", "budgetUsd"];

/** The field of the page that an error of the API is about; null when it is about none. Pure. */
export function fieldOf(error: unknown): string | null {
  if (!(error instanceof APIError) || error.field === null) return null;
  const [name = ""] = error.field.split(".");
  return fields.find(([names]) => names.includes(name))?.[1] ?? null;
}

/** Whether the field lies where it may be folded away. */
export const isMoreField = (field: string | null): boolean => field !== null && more.includes(field);
