import type { Operation } from "../operation.ts";
import * as insight from "./insight.ts";

/** Statistics about pull requests. */
export const insightOperations = {
  insightRetrieve: {
    method: "GET",
    path: "/v1/insights",
    tier: "v1",
    summary:
      "Retrieve how many pull requests there were in the last six months, and how many Tembo worked on",
    status: 200,
    response: insight.insight,
  },
  insightUpdate: {
    method: "PATCH",
    path: "/v1/insights",
    tier: "v1",
    summary: "Switch the insights of the organization on or off",
    body: insight.insightUpdateBody,
    status: 200,
    response: insight.insight,
  },
  insightMemberList: {
    method: "GET",
    path: "/v1/insights/members",
    tier: "v1",
    summary: "List whose the pull requests of the last six months are, most first",
    query: insight.insightListQuery,
    status: 200,
    response: insight.insightMemberList,
  },
  insightRepositoryList: {
    method: "GET",
    path: "/v1/insights/repositories",
    tier: "v1",
    summary: "List which repositories had pull requests in the last six months, most first",
    query: insight.insightListQuery,
    status: 200,
    response: insight.insightRepositoryList,
  },
} as const satisfies Record<string, Operation>;
