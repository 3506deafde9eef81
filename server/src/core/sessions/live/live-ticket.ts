/** What the connection that a ticket opens tells: events by subscription, or hints that a session or its messages have changed. */
export type LiveKind = "live" | "sessions" | "messages";

/** Opens one live connection, once. */
export interface LiveTicket {
  readonly kind: LiveKind;
  readonly organizationId: string;
  /** Whose revocation ends the connection. */
  readonly apiKeyId: string;
  /** Null for connections with subscriptions. */
  readonly sessionId: string | null;
  readonly expiresAt: Date;
}
