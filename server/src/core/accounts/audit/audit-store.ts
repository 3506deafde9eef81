import type { AuditAction } from "@tembo/contract";
import type { CursorPage, Page } from "../../base/index.ts";
import type { AuditEvent, NewAuditEvent } from "./audit-event.ts";

/**
 * The append-only log of security-relevant changes in an organization. Database triggers record row changes, in the
 * transaction that makes them, with the actor set by `Store.actingAs`. `record` is for events that no trigger records.
 */
export interface AuditQueries {
  record(event: NewAuditEvent): Promise<void>;
  /**
   * Records a failed sign-in with this email address in each organization of its owner. Does nothing if no person signs
   * in with the address.
   */
  recordFailedSignIn(email: string): Promise<void>;
  /** Lists events, newest first. */
  list(organizationId: string, page: CursorPage & AuditFilter): Promise<Page<AuditEvent>>;
  /** Deletes events older than `at`, and returns their number. */
  expire(at: Date): Promise<number>;
}

export interface AuditFilter {
  /** ID of a person, an API key, a sign-in or a session. */
  readonly actorId?: string | undefined;
  readonly action?: AuditAction | undefined;
  readonly objectId?: string | undefined;
  readonly since?: Date | undefined;
  /** End of the range, exclusive. */
  readonly until?: Date | undefined;
}
