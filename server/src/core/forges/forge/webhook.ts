/** A request of a forge, before anyone has looked into it. */
export interface WebhookRequest {
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** As it came: what the signature is over. */
  readonly body: Buffer;
}

/** What the headers say of a request. */
export interface WebhookIdentity {
  /** The forge's own id of the delivery, the same when it is sent again; null when there is none. */
  readonly deliveryId: string | null;
  /** The forge's own name of the event. */
  readonly eventName: string;
  /**
   * The forge signs the body but not the id, sends a delivery again under its own id only, and the body of such an event holds its moment:
   * the same body under another id is a replay.
   */
  readonly isOnceByBody?: boolean;
}
