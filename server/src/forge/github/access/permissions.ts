/** What an App must be permitted: its manifest asks for it and `test` compares. */
export const neededPermissions = {
  actions: "read",
  checks: "read",
  contents: "write",
  issues: "write",
  metadata: "read",
  pull_requests: "write",
  statuses: "read",
} as const;

/** Asked for too; without it only changes of `.github/workflows` are refused. */
export const optionalPermissions = { workflows: "write" } as const;

const levels = ["none", "read", "write", "admin"];

/** What is missing, each as GitHub names it: "pull_requests: write (has read)". */
export function missingPermissions(granted: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(neededPermissions).flatMap(([name, needed]) => {
    const has = String(granted[name] ?? "none");
    if (levels.indexOf(has) >= levels.indexOf(needed)) return [];
    return [`${name}: ${needed} (has ${has})`];
  });
}
