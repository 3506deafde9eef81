import type { LiveKind, LiveTicket } from "./live-ticket.ts";

export interface LiveTicketQueries {
  /** Deletes what has expired first. False when the organization has so many already. */
  insert(
    ticket: LiveTicket,
    tokenHash: Buffer,
    limits: { readonly now: Date; readonly maxTickets: number },
  ): Promise<boolean>;
  /** Gives a ticket out once, whichever server asks; null when there is none of the kind, it has expired, or its key was revoked. */
  take(kind: LiveKind, tokenHash: Buffer, now: Date): Promise<LiveTicket | null>;
}
