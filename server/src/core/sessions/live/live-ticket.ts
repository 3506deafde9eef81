/**
 * Kind of live connection. A `live` connection sends the events that the client subscribes to. The other kinds send
 * hints that a session or its messages have changed.
 */
export type LiveKind = "live" | "sessions" | "messages";

/** A single-use ticket that opens one live connection. */
export interface LiveTicket {
  readonly kind: LiveKind;
  readonly organizationId: string;
  /** ID of the API key or sign-in whose revocation ends the connection. */
  readonly apiKeyId: string;
  /** Session ID, or null for a connection with subscriptions. */
  readonly sessionId: string | null;
  readonly expiresAt: Date;
}
