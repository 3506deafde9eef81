import type { Operation } from "../operation.ts";
import { auditEventList, auditEventListQuery } from "./audit-event.ts";

export const auditEventOperations = {
  auditEventList: {
    method: "GET",
    path: "/v1/audit-events",
    tier: "tembo",
    summary: "List audit events, newest first",
    description: "With `format=jsonl`, exports all matching events as newline-delimited JSON.",
    query: auditEventListQuery,
    status: 200,
    response: auditEventList,
  },
} as const satisfies Record<string, Operation>;
