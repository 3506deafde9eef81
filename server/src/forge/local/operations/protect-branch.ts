import type { AuditAction } from "@tembo/contract";
import type { LocalContext, Place } from "../context.ts";
import { protectedBranches, setProtected } from "../git/repositories.ts";

/** Protects or unprotects a branch, and records the change in the audit log. Does nothing if the branch is already in that state. */
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
    // Runs last, so that no audit event remains if git fails. If the transaction is retried, the branch is already in the requested state,
    // which counts as success.
    await setProtected(gitDir, branch, isProtected);
  });
}
