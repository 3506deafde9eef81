import { operations } from "@tembo/contract";
import type { FastifyInstance } from "fastify";
import type { Ports } from "../../../core/ports/index.ts";
import type { PullRequestFilter } from "../../../core/ports/store/forge/pull-request.ts";
import { closePullRequest, mergePullRequest } from "../../../core/pull-request/end-pull-request.ts";
import { findPullRequest } from "../../../core/pull-request/find-pull-request.ts";
import type { PullRequest } from "../../../core/pull-request/pull-request.ts";
import { outlookOf, patchOnForge } from "../../../core/pull-request/review-pull-request.ts";
import { route } from "../../route.ts";
import { inList, pullRequestView, statusView } from "./pull-request-view.ts";

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
    const { items, nextCursor } = await ports.store.pullRequests.list(organizationId, {
      limit: query.limit,
      ...(query.cursor !== undefined && { cursor: query.cursor }),
      ...(query.state !== undefined && FILTER_OF_STATE[query.state]),
      ...(query.inbox !== undefined && { inbox: { group: query.inbox, userId: caller.userId } }),
      ...(query.search !== undefined && { search: query.search }),
      ...(query.repositoryIds !== undefined && { repositoryIds: query.repositoryIds }),
      ...(query.hasTemboSession !== undefined && { hasSession: query.hasTemboSession }),
      ...(query.createdAfter !== undefined && { createdAfter: new Date(query.createdAfter) }),
      ...(query.updatedAfter !== undefined && { updatedAfter: new Date(query.updatedAfter) }),
      ...(query.mergedAfter !== undefined && { mergedAfter: new Date(query.mergedAfter) }),
    });
    const views = await Promise.all(
      items.map(async (pullRequest) => inList(pullRequest, await view(organizationId, pullRequest))),
    );
    return { items: views, nextCursor };
  });

  route(app, operations.pullRequestRetrieve, async ({ organizationId, params }) =>
    whole(await find(organizationId, params.pullRequestId)),
  );

  route(app, operations.pullRequestMerge, async ({ caller, organizationId, params, body }) =>
    whole(await mergePullRequest(ports, caller, await find(organizationId, params.pullRequestId), body)),
  );

  route(app, operations.pullRequestClose, async ({ caller, organizationId, params }) =>
    whole(await closePullRequest(ports, caller, await find(organizationId, params.pullRequestId))),
  );

  route(app, operations.pullRequestStatus, async ({ organizationId, params }) => {
    const pullRequest = await find(organizationId, params.pullRequestId);
    return statusView(pullRequest, await outlookOf(ports, pullRequest));
  });

  const find = (organizationId: string, id: string) => findPullRequest(ports.store, organizationId, id);

  async function whole(pullRequest: PullRequest) {
    const { organizationId, additions, deletions } = pullRequest;
    return {
      ...(await view(organizationId, pullRequest)),
      diff: { additions, deletions, data: await patchOf(pullRequest) },
    };
  }

  async function patchOf(pullRequest: PullRequest): Promise<string> {
    const { sessionId, repositoryId } = pullRequest;
    const onForge = await patchOnForge(ports, pullRequest);
    if (onForge !== null || sessionId === null) return onForge ?? "";
    const { items } = await ports.store.diffs.list(sessionId, { limit: 100 });
    const diff = items.find((candidate) => candidate.repositoryId === repositoryId);
    const found = diff && (await ports.store.diffs.find(sessionId, diff.id));
    return found?.patch ?? "";
  }

  async function view(organizationId: string, pullRequest: PullRequest) {
    const [repository, session] = await Promise.all([
      ports.store.repositories.find(organizationId, pullRequest.repositoryId),
      pullRequest.sessionId === null
        ? null
        : ports.store.sessions.find(organizationId, pullRequest.sessionId),
    ]);
    return pullRequestView(
      ports.settings.publicUrl,
      pullRequest,
      repository ?? undefined,
      session ?? undefined,
    );
  }
}
