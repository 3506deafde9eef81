/** An unverified request from a forge. */
export interface WebhookRequest {
  /** Request headers with names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Unmodified request body, which the signature covers. */
  readonly body: Buffer;
}

/** Facts from a request's headers. */
export interface WebhookIdentity {
  /** The forge's own ID for the delivery, or null if there is none. A redelivery has the same ID. */
  readonly deliveryId: string | null;
  /** The forge's own name for the event. */
  readonly eventName: string;
  /**
   * True if an identical body with another ID is a replay attack. This requires that the signature covers the body but
   * not the ID, that the forge resends a delivery only with the same ID, and that the body contains the event's time.
   */
  readonly isOnceByBody?: boolean;
}
