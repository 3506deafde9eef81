import type { LiveKind, LiveTicket } from "./live-ticket.ts";

export interface LiveTicketQueries {
  /** Deletes expired tickets, then inserts the ticket. Returns false if the organization has reached `maxTickets`. */
  insert(
    ticket: LiveTicket,
    tokenHash: Buffer,
    limits: { readonly now: Date; readonly maxTickets: number },
  ): Promise<boolean>;
  /**
   * Redeems a ticket. Succeeds only once across all servers. Returns null if no ticket of this kind matches, if it has
   * expired, or if its API key or sign-in was revoked.
   */
  take(kind: LiveKind, tokenHash: Buffer, now: Date): Promise<LiveTicket | null>;
}
