import { operations } from "@tembo/contract";
import type { FastifyInstance } from "fastify";
import { AppError } from "../core/errors.ts";
import type { Ports } from "../core/ports/index.ts";
import type { PullRequest } from "../core/pull-request/pull-request.ts";
import { route } from "./route.ts";
import { pullRequestView } from "./views/pull-request.ts";

type State = NonNullable<(typeof operations.pullRequestList.query)["_output"]["state"]>;

/** Reviews are not yet known here, so an open pull request needs one; none was approved, returned or drafted. */
const STATUS_OF_STATE: Record<State, PullRequest["status"] | "none"> = {
  open: "open",
  "needs review": "open",
  merged: "merged",
  closed: "closed",
  approved: "none",
  returned: "none",
  draft: "none",
};

export function pullRequestRoutes(app: FastifyInstance, ports: Ports): void {
  route(app, operations.pullRequestList, async ({ organizationId, query }) => {
    const status = query.state && STATUS_OF_STATE[query.state];
    if (status === "none") return { items: [], nextCursor: null };
    const { items, nextCursor } = await ports.store.pullRequests.list(organizationId, {
      limit: query.limit,
      ...(query.cursor !== undefined && { cursor: query.cursor }),
      ...(status !== undefined && { status }),
      ...(query.search !== undefined && { search: query.search }),
    });
    const views = await Promise.all(
      items.map(async (pullRequest) => ({
        ...(await view(organizationId, pullRequest)),
        approvers: [],
        diff: { additions: pullRequest.additions, deletions: pullRequest.deletions },
      })),
    );
    return { items: views, nextCursor };
  });

  route(app, operations.pullRequestRetrieve, async ({ organizationId, params }) => {
    const pullRequest = await ports.store.pullRequests.find(organizationId, params.pullRequestId);
    if (pullRequest === null)
      throw new AppError("not_found", `There is no pull request ${params.pullRequestId}.`);
    return {
      ...(await view(organizationId, pullRequest)),
      diff: {
        additions: pullRequest.additions,
        deletions: pullRequest.deletions,
        data: await patchOf(pullRequest),
      },
    };
  });

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
