import type { AuditEvent as AuditEventView } from "@tembo/contract";
import type { AuditEvent } from "../../../core/accounts/index.ts";

export const auditEventView = ({ createdAt, ...event }: AuditEvent): AuditEventView => ({
  ...event,
  createdAt: createdAt.toISOString(),
  details: { ...event.details },
});
