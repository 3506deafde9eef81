import type { Operation } from "../operation.ts";
import * as billing from "./billing.ts";
import { usage, usageQuery } from "./usage.ts";

export const billingOperations = {
  billingRetrieve: {
    method: "GET",
    path: "/v1/billing",
    tier: "v1",
    summary: "Retrieve this month's model cost",
    description: "Tembo itself charges no fees.",
    status: 200,
    response: billing.billing,
  },
  billingUsageList: {
    method: "GET",
    path: "/v1/billing/usage",
    tier: "v1",
    summary: "List each session's model cost, newest first",
    query: billing.billingUsageQuery,
    status: 200,
    response: billing.billingUsage,
  },
  usageRetrieve: {
    method: "GET",
    path: "/v1/usage",
    tier: "tembo",
    summary: "Retrieve model usage",
    description: "Returns total costs and tokens by day, harness, model, person, repository or session.",
    query: usageQuery,
    status: 200,
    response: usage,
  },
} as const satisfies Record<string, Operation>;
