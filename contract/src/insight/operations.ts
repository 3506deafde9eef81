import type { Operation } from "../operation.ts";
import * as insight from "./insight.ts";

export const insightOperations = {
  insightRetrieve: {
    method: "GET",
    path: "/v1/insights",
    tier: "v1",
    summary: "Retrieve pull request statistics",
    description: "Covers the last six months: all pull requests, and those that Tembo worked on.",
    status: 200,
    response: insight.insight,
  },
  insightUpdate: {
    method: "PATCH",
    path: "/v1/insights",
    tier: "v1",
    summary: "Enable or disable insights",
    body: insight.insightUpdateBody,
    status: 200,
    response: insight.insight,
  },
  insightMemberList: {
    method: "GET",
    path: "/v1/insights/members",
    tier: "v1",
    summary: "List the authors with the most pull requests",
    description: "Covers the last six months.",
    query: insight.insightListQuery,
    status: 200,
    response: insight.insightMemberList,
  },
  insightModelList: {
    method: "GET",
    path: "/v1/insights/models",
    tier: "tembo",
    summary: "List the results of each harness and model",
    description:
      "Covers the last six months, by the session's current harness and model. Sorted by number of turns, with at most 100.",
    status: 200,
    response: insight.insightModelList,
  },
  insightRepositoryList: {
    method: "GET",
    path: "/v1/insights/repositories",
    tier: "v1",
    summary: "List the repositories with the most pull requests",
    description: "Covers the last six months.",
    query: insight.insightListQuery,
    status: 200,
    response: insight.insightRepositoryList,
  },
} as const satisfies Record<string, Operation>;
