/**
 * Content of the connection that a ticket opens: events by subscription, or hints that a session or its messages have
 * changed.
 */
export type LiveKind = "live" | "sessions" | "messages";

/** A single-use ticket that opens one live connection. */
export interface LiveTicket {
  readonly kind: LiveKind;
  readonly organizationId: string;
  /** The API key whose revocation ends the connection. */
  readonly apiKeyId: string;
  /** The session, or null for a connection with subscriptions. */
  readonly sessionId: string | null;
  readonly expiresAt: Date;
}
