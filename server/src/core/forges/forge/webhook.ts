/** An unverified request from a forge. */
export interface WebhookRequest {
  /** Request headers with names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The unchanged bytes, which the signature covers. */
  readonly body: Buffer;
}

/** Facts about a request from its headers. */
export interface WebhookIdentity {
  /** The forge's own id of the delivery, or null if there is none. A redelivery has the same id. */
  readonly deliveryId: string | null;
  /** The forge's own name of the event. */
  readonly eventName: string;
  /**
   * True if an identical body under another id is a replay. This holds if the forge signs the body but not the id,
   * resends a delivery under its own id only, and the body of such an event contains its time.
   */
  readonly isOnceByBody?: boolean;
}
