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

/** The field that a refusal of the API names first; null when it names none. Pure. */
export function fieldOf(sentence: string): string | null {
  for (const [, name] of sentence.matchAll(/"([A-Za-z]+)(?:[.[][^"]*)?"/g)) {
    const found = fields.find(([names]) => names.includes(name!));
    if (found !== undefined) return found[1];
  }
  return null;
}

/** Whether the field lies where it may be folded away. */
export const isMoreField = (field: string | null): boolean => field !== null && more.includes(field);
