import { operations } from "@tembo/contract";
import type { FastifyInstance } from "fastify";
import type { Viewer } from "../../../core/accounts/index.ts";
import {
  getPullRequest,
  outlookOf,
  type PullRequest,
  type PullRequestFilter,
  patchOnForge,
} from "../../../core/forges/index.ts";
import type { Ports } from "../../../core/ports.ts";
import { canSee, closePullRequest, mergePullRequest, type Session } from "../../../core/sessions/index.ts";
import { route } from "../../route.ts";
import {
  inList,
  pullRequestView,
  type RelatedToPullRequest,
  type ShownPullRequest,
  statusView,
} from "./pull-request-view.ts";

type State = NonNullable<(typeof operations.pullRequestList.query)["_output"]["state"]>;

const FILTER_OF_STATE: Record<State, PullRequestFilter> = {
  open: { status: "open" },
  draft: { status: "open", isDraft: true },
  "needs review": { status: "open", isDraft: false, decision: "needsReview" },
  approved: { status: "open", isDraft: false, decision: "approved" },
  returned: { status: "open", decision: "changesRequested" },
  merged: { status: "merged" },
  closed: { status: "closed" },
};

export function pullRequestRoutes(app: FastifyInstance, ports: Ports): void {
  route(app, operations.pullRequestList, async ({ organizationId, caller, query }) => {
    const filter: PullRequestFilter = {
      ...(query.state !== undefined && FILTER_OF_STATE[query.state]),
      ...(query.inbox !== undefined && { inbox: { group: query.inbox, userId: caller.userId } }),
      ...(query.search !== undefined && { search: query.search }),
      ...(query.repositoryIds !== undefined && { repositoryIds: query.repositoryIds }),
      ...(query.hasTemboSession !== undefined && { hasSession: query.hasTemboSession }),
      ...(query.authorIds !== undefined && { authors: query.authorIds }),
      ...(query.excludeAuthorIds !== undefined && { excludedAuthors: query.excludeAuthorIds }),
      ...(query.excludeReturnedAuthorIds !== undefined && {
        excludedReturnedAuthors: query.excludeReturnedAuthorIds,
      }),
      ...(query.reviewerIds !== undefined && { reviewers: query.reviewerIds }),
      ...(query.excludeReviewerIds !== undefined && { excludedReviewers: query.excludeReviewerIds }),
      ...(query.createdAfter !== undefined && { createdAfter: new Date(query.createdAfter) }),
      ...(query.updatedAfter !== undefined && { updatedAfter: new Date(query.updatedAfter) }),
      ...(query.mergedAfter !== undefined && { mergedAfter: new Date(query.mergedAfter) }),
    };
    const { pullRequests } = ports.store;
    const { items, nextCursor } = await pullRequests.list(organizationId, {
      ...filter,
      viewerUserId: caller.userId,
      limit: query.limit,
      ...(query.cursor !== undefined && { cursor: query.cursor }),
      ...(query.sortBy !== undefined && { sortBy: query.sortBy }),
    });
    const totalCount = query.includeTotal === true ? await pullRequests.count(organizationId, filter) : null;
    const views = items.map((one) => inList(one, view(one, one)));
    return { items: views, nextCursor, ...(totalCount !== null && { totalCount }) };
  });

  route(app, operations.pullRequestRetrieve, async ({ caller, organizationId, params }) =>
    whole(caller, await getById(organizationId, params.pullRequestId)),
  );

  route(app, operations.pullRequestMerge, async ({ caller, organizationId, params, body }) =>
    whole(
      caller,
      await mergePullRequest(ports, caller, await getById(organizationId, params.pullRequestId), body),
    ),
  );

  route(app, operations.pullRequestClose, async ({ caller, organizationId, params }) =>
    whole(caller, await closePullRequest(ports, caller, await getById(organizationId, params.pullRequestId))),
  );

  route(app, operations.pullRequestStatus, async ({ organizationId, params }) => {
    const pullRequest = await getById(organizationId, params.pullRequestId);
    return statusView(pullRequest, await outlookOf(ports, pullRequest));
  });

  const getById = (organizationId: string, id: string) => getPullRequest(ports.store, organizationId, id);

  async function whole(viewer: Viewer, pullRequest: PullRequest) {
    const { additions, deletions } = pullRequest;
    const related = await relatedTo(viewer, pullRequest);
    return {
      ...view(pullRequest, related),
      diff: { additions, deletions, data: await patchOf(pullRequest, related.session) },
    };
  }

  async function patchOf(pullRequest: PullRequest, session: Session | null): Promise<string> {
    const onForge = await patchOnForge(ports, pullRequest);
    if (onForge !== null || session === null) return onForge ?? "";
    const { items } = await ports.store.diffs.list(session.id, { limit: 100 });
    const diff = items.find(({ repositoryId }) => repositoryId === pullRequest.repositoryId);
    const found = diff && (await ports.store.diffs.find(session.id, diff.id));
    return found?.patch.text ?? "";
  }

  /** Reads a pull request's repository, and its session if the viewer can see it. */
  async function relatedTo(viewer: Viewer, { organizationId, repositoryId, sessionId }: PullRequest) {
    const [repository, session] = await Promise.all([
      ports.store.repositories.find(organizationId, repositoryId),
      sessionId === null ? null : ports.store.sessions.find(organizationId, sessionId),
    ]);
    const isShown = session !== null && (await canSee(ports.store, viewer, session));
    return { repository, session: isShown ? session : null };
  }

  const view = (pullRequest: ShownPullRequest, related: RelatedToPullRequest) =>
    pullRequestView(ports.settings.publicUrl, pullRequest, related);
}
