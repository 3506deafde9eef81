import { formatAgentKey } from "../../access/index.ts";
import { normalizeLabels } from "../../base/index.ts";
import { repositoryUrl } from "../../forges/index.ts";
import type { NewEvent } from "../event/event.ts";
import { promptOf, referencesOf } from "../message/first-words.ts";
import type { StartingMessage } from "../message/message.ts";
import { newMessage } from "../message/new-message.ts";
import { type Requester, requesterOf } from "../message/requester.ts";
import type { Session, SessionRepository } from "../session/session.ts";
import { sessionStatusOf } from "../turn/turn-states.ts";
import type { ResolvedRequest } from "./resolve-session.ts";
import { directoriesFor, nameSession } from "./session-names.ts";
import { apiRequestOf, keyOf } from "./session-request.ts";

/** A session that has not been stored yet. */
export interface NewSession {
  /** Session without its number, which the store assigns. */
  readonly session: Omit<Session, "number">;
  /** Number that was reserved with prepared work, or null to let the store assign one. */
  readonly reservedNumber: number | null;
  readonly repositories: readonly SessionRepository[];
  readonly mcpServers: readonly string[];
  /** The `session.created` event. */
  readonly created: NewEvent;
  /** First message, or null for a draft. */
  readonly message: StartingMessage | null;
  readonly requester: Requester;
}

/**
 * IDs that are generated before the transaction, so that a retry after a commit whose response was lost has no effect.
 */
export interface NewSessionIds {
  readonly session: string;
  readonly reservedNumber: number | null;
  readonly message: string;
  readonly turn: string;
}

/** Builds the session, its first message and its `session.created` event. Pure. */
export function decideSession(resolved: ResolvedRequest, ids: NewSessionIds, now: Date): NewSession {
  const { request, agent, attachments, personId } = resolved;
  const { origin } = request;
  const sent = sentBy(resolved);
  const isDraft = request.isDraft === true;
  const session = sessionOf(resolved, ids.session, now);
  const message = isDraft
    ? null
    : {
        ...newMessage({
          id: origin.kind === "forge" ? origin.messageId : ids.message,
          sessionId: session.id,
          content: promptOf(session),
          ...sent,
          attachments,
          slashCommand: request.slashCommand ?? null,
          references: referencesOf(session),
          createdAt: now,
        }),
        turnId: ids.turn,
      };
  return {
    session,
    reservedNumber: ids.reservedNumber,
    repositories: usesOf(resolved, session),
    mcpServers: request.mcpServers ?? [],
    created: {
      key: "session.created",
      messageId: null,
      data: {
        type: "session.created",
        agent: formatAgentKey(agent),
        repositories: resolved.repositories.map((one) => repositoryUrl(resolved.publicUrl, one)),
      },
    },
    message,
    requester:
      origin.kind === "agentRun"
        ? requesterOf({ message: sent, run: origin.run ?? null, userId: origin.startedByUserId ?? null })
        : requesterOf({ message: sent, run: null, userId: personId }),
  };
}

/** Returns the facts about the sender of the first message, which are also those about the requester of a draft. */
function sentBy({ request, author }: ResolvedRequest) {
  const { origin } = request;
  return {
    author,
    sentByKeyId: keyOf(request),
    request: apiRequestOf(request),
    source: origin.kind === "forge" ? origin.messageSource : null,
  };
}

function sessionOf(
  { organizationId, request, agent, options, sandboxSize, project, secrets }: ResolvedRequest,
  id: string,
  now: Date,
): Omit<Session, "number"> {
  const { origin } = request;
  const isDraft = request.isDraft === true;
  // Replaces lone surrogates here, because the database cannot store them and every response must show the same text.
  const prompt = request.prompt.toWellFormed();
  const source = origin.kind === "forge" ? origin.source : null;
  const { title, branchName } = nameSession(request.title ?? source?.title ?? prompt, id, secrets);
  return {
    id,
    organizationId,
    title,
    prompt,
    description: request.description?.toWellFormed() ?? null,
    harness: agent.harness,
    model: agent.model,
    provider: agent.provider,
    branchName: request.branchName ?? branchName,
    targetBranch: request.targetBranch ?? null,
    baseBranch: request.baseBranch ?? null,
    status: sessionStatusOf(isDraft ? null : "queued"),
    createdAt: now,
    updatedAt: now,
    lastQueuedAt: isDraft ? null : now,
    sandboxSize,
    projectId: project?.id ?? null,
    snapshotId: null,
    options,
    runsOn: request.runsOn ? normalizeLabels(request.runsOn) : null,
    egress: request.egress ?? null,
    budgetMicroUsd: request.budgetMicroUsd ?? null,
    source,
    visibility: request.visibility ?? "public",
    isPinned: false,
    archivedAt: null,
    level: 0,
    createdByKeyId: origin.kind === "session" ? origin.ownerKeyId : keyOf(request),
    richContent: request.richContent ?? null,
    sourcePullRequestId: request.sourcePullRequestId ?? null,
  };
}

function usesOf(
  { repositories, request, project }: ResolvedRequest,
  session: Omit<Session, "number">,
): SessionRepository[] {
  const directories = directoriesFor(repositories);
  // A requested branch takes precedence over the project's.
  const hasOwnStart = request.baseBranch != null || request.branchName != null;
  const ofProject = (hasOwnStart ? null : project?.baseBranches) ?? {};
  return repositories.map((repository, index) => ({
    sessionId: session.id,
    repositoryId: repository.id,
    directory: directories[index]!,
    branchName: session.branchName,
    targetBranch: session.targetBranch ?? repository.defaultBranch,
    baseBranch: request.baseBranches?.get(repository.id) ?? ofProject[repository.id] ?? null,
    baseSha: null,
  }));
}
