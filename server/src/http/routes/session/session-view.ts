import type {
  LegacySession,
  PageMeta,
  SessionCreated,
  SessionDiff,
  Session as SessionView,
  StopResult,
} from "@tembo/contract";
import { formatAgentKey } from "../../../core/access/index.ts";
import type { Ports } from "../../../core/ports.ts";
import {
  type Diff,
  type NewSession,
  type Session,
  type Stopped,
  sourceOf,
} from "../../../core/sessions/index.ts";
import { labelView } from "../project/project-view.ts";
import { sessionPullRequestView } from "../pull-request/pull-request-view.ts";

export function sessionHtmlUrl(publicUrl: string, sessionId: string): string {
  return `${publicUrl}/sessions/${sessionId}`;
}

export function legacySessionView(publicUrl: string, session: Omit<Session, "number">): LegacySession {
  return {
    id: session.id,
    title: session.title,
    description: session.description ?? session.prompt,
    status: session.status,
    createdAt: session.createdAt.toISOString(),
    updatedAt: session.updatedAt.toISOString(),
    organizationId: session.organizationId,
    htmlUrl: sessionHtmlUrl(publicUrl, session.id),
  };
}

/**
 * Returns the response to a request that creates sessions. The response includes the target branch for pull requests of the
 * first one and, if the request has attempts, all sessions.
 */
export const createdView = (
  publicUrl: string,
  { session, repositories }: NewSession,
  attempts: readonly NewSession[] = [],
): SessionCreated => ({
  ...legacySessionView(publicUrl, session),
  targetBranch: targetBranchOf(
    session,
    repositories.map(({ targetBranch }) => targetBranch),
  ),
  ...(attempts.length > 0 && {
    attempts: attempts.map(({ session: { id, status, ...agent } }, index) => ({
      ...{ id, number: index + 1, agent: formatAgentKey(agent), status },
      htmlUrl: sessionHtmlUrl(publicUrl, id),
    })),
  }),
});

/**
 * Returns the session's target branch. If it has none, returns the default branch that all its repositories have in common, or null if their branches
 * differ or there are no repositories.
 */
function targetBranchOf(
  { targetBranch }: Pick<Session, "targetBranch">,
  ofRepositories: readonly string[],
): string | null {
  const [first, ...others] = new Set(ofRepositories);
  return targetBranch ?? (others.length === 0 ? (first ?? null) : null);
}

export async function sessionView(ports: Ports, session: Session): Promise<SessionView> {
  const {
    repositories,
    targetBranches,
    pullRequests,
    artifacts,
    diff,
    integration,
    agentId,
    project,
    attention,
    attempt,
    mcpServers,
    sourcePullRequest,
  } = await ports.store.sessionDetails.read(session);
  const { id, name, type } = sourceOf(session.organizationId, session.source, integration);
  return {
    id: session.id,
    title: session.title,
    description: session.description ?? session.prompt,
    agent: formatAgentKey(session),
    agentId,
    artifactType: null,
    baseBranch: session.baseBranch,
    branchName: session.branchName,
    targetBranch: targetBranchOf(session, targetBranches),
    createdAt: session.createdAt.toISOString(),
    updatedAt: session.updatedAt.toISOString(),
    lastSeenAt: session.updatedAt.toISOString(),
    lastQueuedAt: session.lastQueuedAt?.toISOString() ?? null,
    externalId: session.source?.url ?? null,
    externalUrl: session.source?.url ?? null,
    htmlUrl: sessionHtmlUrl(ports.settings.publicUrl, session.id),
    kind: "session",
    level: session.level,
    mode: session.options.mode === "plan" ? "planning" : "normal",
    sessionType: "Chat",
    visibility: session.visibility,
    isPinned: session.isPinned,
    archivedAt: session.archivedAt?.toISOString() ?? null,
    attention,
    attempt,
    projectId: session.projectId,
    project: project && labelView(project),
    snapshotId: session.snapshotId,
    runsOn: session.runsOn && [...session.runsOn],
    sandboxSize: session.sandboxSize,
    diffSummary: diff,
    sessionSource: {
      id,
      name,
      type,
      repositories: repositories.map(({ id, name, forge }) => ({ id, name, provider: forge })),
    },
    sourcePullRequest,
    state: stateView(session.status),
    artifacts: [
      ...pullRequests.map((pullRequest) => ({
        id: pullRequest.id,
        type: "PullRequest" as const,
        createdAt: pullRequest.createdAt.toISOString(),
        updatedAt: pullRequest.updatedAt.toISOString(),
        pullRequests: [sessionPullRequestView(pullRequest, session, repositories)],
      })),
      ...artifacts.map((artifact) => ({ ...artifact, pullRequests: [] })),
    ],
    mcpServers: [...mcpServers],
  };
}

export async function sourceOfSession({ store }: Ports, { organizationId, source }: Session) {
  const [repository] =
    source === null ? [] : await store.repositories.findMany(organizationId, [source.repositoryId]);
  const integrationId = repository?.integrationId ?? null;
  const integration =
    integrationId === null ? null : await store.integrations.find(organizationId, integrationId);
  const { id, name, type } = sourceOf(organizationId, source, integration);
  return { id, name, type };
}

/** Returns the state flags. For a draft, all of them are false and `current` is absent. */
export function stateView(status: Session["status"]): SessionView["state"] {
  return {
    isQueued: status === "queued",
    isCancelled: status === "cancelled",
    isCompleted: status === "completed",
    isFailed: status === "failed",
    inProgress: status === "inProgress",
    ...(status !== "draft" && { current: status }),
  };
}

export const stopView = ({ cancelledTurns, interruptedTurns, cancelledMessages }: Stopped): StopResult => ({
  cancelledSessions: cancelledTurns + interruptedTurns,
  cancelledJobs: cancelledTurns + cancelledMessages,
  stoppedRuntimeSessions: interruptedTurns,
  interruptedRuntimeTurns: interruptedTurns,
  cancelledRuntimeTurns: cancelledTurns,
});

export function diffView(diff: Diff): SessionDiff {
  return {
    id: diff.id,
    sessionId: diff.sessionId,
    codeRepositoryId: diff.repositoryId,
    root: diff.root,
    branch: diff.branch,
    baselineSha: diff.baseSha,
    headSha: diff.headSha,
    remoteKey: null,
    additions: diff.additions,
    deletions: diff.deletions,
    changedFiles: diff.changedFiles,
    untrackedFiles: 0,
    hasChanges: diff.changedFiles > 0,
    capturedAt: diff.capturedAt.toISOString(),
  };
}

export function pageMeta(
  query: { readonly page: number; readonly limit: number },
  totalCount: number,
): PageMeta {
  const totalPages = Math.ceil(totalCount / query.limit);
  return {
    totalCount,
    totalPages,
    currentPage: query.page,
    pageSize: query.limit,
    hasNext: query.page < totalPages,
    hasPrevious: query.page > 1,
  };
}
