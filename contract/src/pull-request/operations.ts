import type { Operation } from "../operation.ts";
import * as pullRequest from "./pull-request.ts";

/** What changed repositories end as. */
export const pullRequestOperations = {
  pullRequestList: {
    method: "GET",
    path: "/v1/pull-requests",
    tier: "v1",
    summary: "List pull requests, newest first",
    query: pullRequest.pullRequestListQuery,
    status: 200,
    response: pullRequest.pullRequestList,
  },
  pullRequestRetrieve: {
    method: "GET",
    path: "/v1/pull-requests/{pullRequestId}",
    tier: "v1",
    summary: "Retrieve a pull request with its patch",
    params: pullRequest.pullRequestParams,
    status: 200,
    response: pullRequest.pullRequest,
  },
  pullRequestStatus: {
    method: "GET",
    path: "/v1/pull-requests/{pullRequestId}/status",
    tier: "tembo",
    summary: "Retrieve what stands between a pull request and its merge",
    params: pullRequest.pullRequestParams,
    status: 200,
    response: pullRequest.pullRequestStatus,
  },
  pullRequestMerge: {
    method: "POST",
    path: "/v1/pull-requests/{pullRequestId}/merge",
    tier: "tembo",
    summary: "Merge a pull request on its forge",
    params: pullRequest.pullRequestParams,
    body: pullRequest.pullRequestMergeBody,
    status: 200,
    response: pullRequest.pullRequest,
  },
  pullRequestClose: {
    method: "POST",
    path: "/v1/pull-requests/{pullRequestId}/close",
    tier: "tembo",
    summary: "Close a pull request on its forge without merging it",
    params: pullRequest.pullRequestParams,
    status: 200,
    response: pullRequest.pullRequest,
  },
} as const satisfies Record<string, Operation>;
