import type { AuditAction } from "@tembo/contract";
import type { LocalContext, Place } from "../context.ts";
import { protectedBranches, setProtected } from "../git/repositories.ts";

/** Protects a branch, or ends its protection, and records that in the audit log. Does nothing when the branch is in that state. */
export async function protectBranch(
  context: LocalContext,
  { repository, gitDir }: Place,
  branch: string,
  isProtected: boolean,
): Promise<void> {
  if ((await protectedBranches(gitDir)).has(branch) === isProtected) return;
  const { id, organizationId, owner, name } = repository;
  const action: AuditAction = isProtected ? "branchProtection.created" : "branchProtection.deleted";
  await context.transaction(async (tx) => {
    await tx.audit.record({
      organizationId,
      action,
      object: { kind: "repository", id, name: `${owner}/${name}` },
      details: { branch },
    });
    // Last, so that a failure of git leaves no event. A transaction that runs again finds the branch changed, which is success.
    await setProtected(gitDir, branch, isProtected);
  });
}
