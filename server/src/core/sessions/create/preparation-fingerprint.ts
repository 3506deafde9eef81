import { hashJson } from "../../base/index.ts";
import type { ResolvedRequest } from "./resolve-session.ts";

/**
 * Returns a digest of the options that shape the prepared work. Requests for equal sessions with different prompts have
 * equal digests. A goal belongs to the prompt, so it does not count.
 */
export function preparationFingerprint({
  organizationId,
  personId,
  agent,
  options: { goal: _, ...options },
  sandboxSize,
  project,
  repositories,
  request,
}: ResolvedRequest): Buffer {
  return hashJson({
    organizationId,
    personId,
    agent,
    options,
    sandboxSize,
    projectId: project?.id ?? null,
    repositories: repositories.map(({ id, defaultBranch }) => ({ id, defaultBranch })),
    targetBranch: request.targetBranch ?? null,
    baseBranch: request.baseBranch ?? null,
    branchName: request.branchName ?? null,
    egress: request.egress ?? null,
    runsOn: request.runsOn ?? null,
    mcpServers: request.mcpServers ?? [],
  });
}
