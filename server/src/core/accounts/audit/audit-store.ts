import type { AuditAction } from "@tembo/contract";
import type { CursorPage, Page } from "../../base/index.ts";
import type { AuditEvent, NewAuditEvent } from "./audit-event.ts";

/**
 * The append-only log of changes that an organization's security rests on. Changes of rows are recorded by the database itself, in the
 * transaction of the change and as made by the actor of `Store.actingAs`; `record` is for what changes no row.
 */
export interface AuditQueries {
  record(event: NewAuditEvent): Promise<void>;
  /** Records that a sign-in with this address failed, in each organization of its person. An unknown address records nothing. */
  recordFailedSignIn(email: string): Promise<void>;
  /** Newest first. */
  list(organizationId: string, page: CursorPage & AuditFilter): Promise<Page<AuditEvent>>;
  /** Deletes events from before `at`; returns their number. */
  expire(at: Date): Promise<number>;
}

export interface AuditFilter {
  /** A person, an API key, a sign-in or a session. */
  readonly actorId?: string | undefined;
  readonly action?: AuditAction | undefined;
  readonly objectId?: string | undefined;
  readonly since?: Date | undefined;
  /** Excluded. */
  readonly until?: Date | undefined;
}
