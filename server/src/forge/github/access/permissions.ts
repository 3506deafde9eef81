/** Permissions that an App needs. The manifest requests them, and the access test compares them with the granted permissions. */
export const neededPermissions = {
  actions: "read",
  checks: "read",
  contents: "write",
  issues: "write",
  metadata: "read",
  pull_requests: "write",
  statuses: "read",
} as const;

/** Optional permissions, which the manifest also requests. Without them, GitHub rejects only changes to `.github/workflows`. */
export const optionalPermissions = { workflows: "write" } as const;

const levels = ["none", "read", "write", "admin"];

/** Returns the missing permissions in GitHub's terms: "pull_requests: write (has read)". */
export function missingPermissions(granted: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(neededPermissions).flatMap(([name, needed]) => {
    const has = String(granted[name] ?? "none");
    if (levels.indexOf(has) >= levels.indexOf(needed)) return [];
    return [`${name}: ${needed} (has ${has})`];
  });
}
