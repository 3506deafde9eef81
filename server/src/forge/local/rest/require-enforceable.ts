import { z } from "zod";
import { ApiRefusal } from "./refusal.ts";

const nothing = z.null();
const off = z.union([z.literal(false), z.null(), z.undefined()]);

/**
 * Branch protection settings, and the values that the forge can enforce for each setting. The forge rejects other values instead of
 * ignoring them.
 */
const enforced: Readonly<Record<string, { readonly schema: z.ZodType; readonly problem: string }>> = {
  required_status_checks: { schema: nothing, problem: "Status checks are not enforced; send null" },
  enforce_admins: {
    schema: z.union([z.literal(true), z.null()]),
    problem: "The rules apply to admins too; send true",
  },
  required_pull_request_reviews: {
    schema: z.union([
      z.null(),
      z.object({ required_approving_review_count: z.literal(0).optional() }).catchall(off),
    ]),
    problem: "Approvals are not enforced; send null or a required_approving_review_count of 0",
  },
  restrictions: { schema: nothing, problem: "Protected branches accept no pushes; send null" },
  allow_force_pushes: { schema: off, problem: "Protected branches accept no pushes; send false" },
  allow_deletions: { schema: off, problem: "A protected branch cannot be deleted; send false" },
  required_linear_history: { schema: off, problem: "Merge commits are not rejected; send false" },
  block_creations: { schema: off, problem: "Creating branches is not blocked; send false" },
  required_conversation_resolution: {
    schema: off,
    problem: "Open conversations do not block a merge; send false",
  },
  lock_branch: { schema: off, problem: "Merging is not blocked; send false" },
  allow_fork_syncing: { schema: off, problem: "There are no forks; send false" },
};

/** Throws GitHub's 422 error with every field whose value cannot be enforced. */
export function requireEnforceable(wanted: Readonly<Record<string, unknown>>): void {
  const errors = Object.entries(wanted).flatMap(([field, value]) => {
    const rule = enforced[field];
    if (rule !== undefined && (value === undefined || rule.schema.safeParse(value).success)) return [];
    const message = `${rule?.problem ?? "This setting is unknown; remove it"}.`;
    return [{ resource: "Protection", field, code: "custom", message }];
  });
  if (errors.length > 0)
    throw new ApiRefusal(
      422,
      `Validation Failed. ${errors.map(({ field, message }) => `"${field}": ${message}`).join(" ")}`,
      errors,
    );
}
