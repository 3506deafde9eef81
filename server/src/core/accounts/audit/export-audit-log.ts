import type { AccountsStore } from "../ports.ts";
import type { AuditEvent } from "./audit-event.ts";
import type { AuditFilter } from "./audit-store.ts";

const pageSize = 100;

/**
 * Yields all matching events, newest first, and reads them page by page. Records the export as an event before it reads
 * the first page. Events that are recorded after the first page is read are not part of the export.
 */
export async function* exportAuditLog(
  { audit }: Pick<AccountsStore, "audit">,
  organizationId: string,
  filter: AuditFilter,
): AsyncGenerator<AuditEvent[]> {
  await audit.record({
    organizationId,
    action: "auditLog.exported",
    object: { kind: "auditLog", id: null, name: null },
    details: { ...filter },
  });
  let cursor: string | null = null;
  do {
    const page = await audit.list(organizationId, {
      ...filter,
      limit: pageSize,
      ...(cursor !== null && { cursor }),
    });
    yield page.items;
    cursor = page.nextCursor;
  } while (cursor !== null);
}
