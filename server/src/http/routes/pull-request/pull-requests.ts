import { operations } from "@tembo/contract";
import type { FastifyInstance } from "fastify";
import { AppError } from "../../../core/errors.ts";
import type { Ports } from "../../../core/ports/index.ts";
import type { PullRequestFilter } from "../../../core/ports/store/forge/pull-request.ts";
import { closePullRequest, mergePullRequest } from "../../../core/pull-request/end-pull-request.ts";
import type { PullRequest } from "../../../core/pull-request/pull-request.ts";
import { route } from "../../route.ts";
import { inList, pullRequestView } from "./pull-request-view.ts";

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
  route(app, operations.pullRequestList, async ({ organizationId, query }) => {
    const { items, nextCursor } = await ports.store.pullRequests.list(organizationId, {
      limit: query.limit,
      ...(query.cursor !== undefined && { cursor: query.cursor }),
      ...(query.state !== undefined && FILTER_OF_STATE[query.state]),
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

  route(app, operations.pullRequestMerge, async ({ organizationId, params, body }) =>
    whole(await mergePullRequest(ports, await find(organizationId, params.pullRequestId), body)),
  );

  route(app, operations.pullRequestClose, async ({ organizationId, params }) =>
    whole(await closePullRequest(ports, await find(organizationId, params.pullRequestId))),
  );

  route(app, operations.pullRequestStatus, async ({ organizationId, params }) => {
    const { headSha, isFromFork, checks, mergeability } = await find(organizationId, params.pullRequestId);
    return { headSha, isFromFork, checks: { ...checks, failed: [...checks.failed] }, mergeability };
  });

  async function find(organizationId: string, id: string): Promise<PullRequest> {
    const pullRequest = await ports.store.pullRequests.find(organizationId, id);
    if (pullRequest === null) throw new AppError("not_found", `There is no pull request ${id}.`);
    return pullRequest;
  }

  async function whole(pullRequest: PullRequest) {
    const { organizationId, additions, deletions } = pullRequest;
    return {
      ...(await view(organizationId, pullRequest)),
      diff: { additions, deletions, data: await patchOf(pullRequest) },
    };
  }

  async function patchOf({ sessionId, repositoryId }: PullRequest): Promise<string> {
    if (sessionId === null) return "";
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
