import type { AccountsStore } from "../ports.ts";
import type { AuditEvent } from "./audit-event.ts";
import type { AuditFilter } from "./audit-store.ts";

const pageSize = 100;

/**
 * Reads all matching events, newest first, a page at a time. The export is itself an event, recorded before the first page is read. Events
 * recorded after that are not part of it.
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
