import { resolveEgressPolicy } from "../../access/index.ts";
import type { ProjectSnapshot } from "../../sessions/index.ts";
import { baseBranchOf } from "../turn/checkout.ts";
import { instructionsOf } from "../turn/guidance/organization-instructions.ts";
import { agentOf, sessionEnvironment, type WorkContext } from "../turn/turn-context.ts";
import { fingerprintOf } from "../warm-sandbox/fingerprint.ts";

/**
 * Returns a fingerprint of what the organization, the person and the options contribute to prepared work: secrets,
 * settings, permission and network policies, MCP connections, instructions, and the repositories with their branches.
 * `snapshot` is the environment from which a new session starts. The sandbox and the conversation have fingerprints of
 * their own, which cover the limits, mounts and skills.
 */
export function workFingerprint(context: WorkContext, snapshot: Pick<ProjectSnapshot, "id"> | null): string {
  const { organization, session, message, secrets, mcp, serviceRules, authority, modelRoute } = context;
  return fingerprintOf({
    agent: agentOf(context),
    options: { ...(message.options ?? session.options), goal: null },
    sandboxSize: session.sandboxSize,
    projectId: session.projectId,
    snapshotId: snapshot?.id ?? session.snapshotId,
    egress: resolveEgressPolicy(organization.egress, session.egress),
    permissions: organization.permissionPolicy,
    settings: organization.settings,
    instructions: instructionsOf(context),
    environment: sessionEnvironment(context),
    secrets,
    mcp,
    serviceRules,
    certificate: authority?.certificate ?? null,
    modelRoute,
    checkouts: context.checkouts.map(({ repository, use }) => ({
      ...{ id: repository.id, forge: repository.forge, integrationId: repository.integrationId },
      ...{ owner: repository.owner, name: repository.name, url: repository.connectedUrl },
      ...{ directory: use.directory, base: baseBranchOf(session, use) },
    })),
  });
}
