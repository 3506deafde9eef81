import type { SessionListItem, SessionSource } from "@tembo/contract";
import { formatAgentKey } from "../../../core/access/index.ts";
import type { Viewer } from "../../../core/accounts/index.ts";
import type { Repository } from "../../../core/forges/index.ts";
import type { Ports, Store } from "../../../core/ports.ts";
import {
  type KnownSource,
  type Session,
  type SessionCard,
  type SessionParts,
  sourceOf,
} from "../../../core/sessions/index.ts";
import { labelView } from "../project/project-view.ts";
import { stateView } from "./session-view.ts";

/**
 * Returns a list's items as JSON, in the order of the cards. Computes and stores the items that are not current. Omits
 * sessions that the viewer can no longer see.
 */
export async function sessionItems(
  { store }: Ports,
  viewer: Viewer,
  cards: readonly SessionCard[],
): Promise<string[]> {
  const ids = cards.filter(({ item }) => item === null).map(({ id }) => id);
  const computed = ids.length === 0 ? new Map() : await computeItems(store, viewer, ids);
  return cards.flatMap(({ id, item }) => item ?? computed.get(id) ?? []);
}

async function computeItems(
  store: Store,
  { organizationId, userId }: Viewer,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const outdated = await store.sessionCards.readOutdated(organizationId, ids, userId);
  const parts = await store.sessionLists.parts(outdated.map(({ session }) => session.id));
  const items = outdated.map(({ session, state }) => {
    const item = JSON.stringify(itemView(session, parts.get(session.id)!));
    return { id: session.id, item, state };
  });
  await store.sessionCards.save(itemFormat, items);
  return new Map(items.map(({ id, item }) => [id, item]));
}

/**
 * Number of the format of the stored items. Increase it with each change of `itemView`, of what it calls or of the
 * values that `parts` returns, so that items of earlier versions are computed again.
 */
export const itemFormat = 4;

/** Returns a list's item in the API's format. It is the same for all viewers. */
export function itemView(
  session: Session,
  {
    repositoryIds,
    pullRequests,
    artifacts,
    diff,
    integration,
    agentId,
    project,
    attention,
    attempt,
  }: SessionParts,
): SessionListItem {
  const { source, organizationId } = session;
  const { id, name, type } = sourceOf(organizationId, source, integration);
  return {
    id: session.id,
    title: session.title,
    agent: formatAgentKey(session),
    agentId,
    createdAt: session.createdAt.toISOString(),
    updatedAt: session.updatedAt.toISOString(),
    lastSeenAt: session.updatedAt.toISOString(),
    lastQueuedAt: session.lastQueuedAt?.toISOString() ?? null,
    externalId: source?.url ?? null,
    kind: "session",
    level: session.level,
    visibility: session.visibility,
    isPinned: session.isPinned,
    archivedAt: session.archivedAt?.toISOString() ?? null,
    attention,
    attempt,
    projectId: session.projectId,
    project: project && labelView(project),
    diffSummary: diff,
    sessionSource: {
      id,
      name,
      type,
      repositories: repositoryIds.map((repositoryId) => ({ id: repositoryId })),
    },
    sourcePullRequest: null,
    state: stateView(session.status),
    artifacts: [
      ...pullRequests.map((one) => ({
        id: one.id,
        type: "PullRequest" as const,
        pullRequests: [
          {
            id: one.id,
            url: one.url,
            status: one.status,
            isDraft: one.isDraft,
            agent: formatAgentKey(session),
            codeRepository: { id: one.repositoryId, provider: one.forge },
          },
        ],
      })),
      ...artifacts.map(({ id, type }) => ({ id, type, pullRequests: [] })),
    ],
  };
}

/** Returns the view of a source. The two built-in sources have no repositories, and have the start of 1970 as the time of their creation. */
export function sourceView(source: KnownSource, repositories: readonly Repository[]): SessionSource {
  const { id, name, type, integration } = source;
  const always = new Date(0).toISOString();
  return {
    id,
    name,
    type,
    externalId: integration?.account?.id ?? null,
    externalUrl: integration?.webUrl ?? null,
    enabledAt: integration === null ? always : (integration.enabledAt?.toISOString() ?? null),
    lastScannedAt: integration?.lastSyncedAt?.toISOString() ?? null,
    lastSeenAt: null,
    integration: integration === null ? null : { id: integration.id, type },
    repositories: repositories.map((one) => ({
      id: one.id,
      name: one.name,
      owner: one.owner,
      baseBranch: one.defaultBranch,
      provider: one.forge,
    })),
    createdAt: integration?.createdAt.toISOString() ?? always,
    updatedAt: integration?.updatedAt.toISOString() ?? always,
  };
}
