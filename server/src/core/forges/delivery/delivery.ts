import type { ForgeName } from "../forge/forge-name.ts";

/**
 * An event notification from a forge: a webhook request, a polled event or a replay. Its body is stored unchanged, for
 * processing and for a later replay.
 */
export interface Delivery {
  readonly id: string;
  readonly organizationId: string;
  /** Integration, or null for the built-in forge. */
  readonly integrationId: string | null;
  readonly forge: ForgeName;
  /**
   * The forge's own ID, or an ID that Tembo derives from the contents. An integration processes each ID once. A replay
   * has a new ID.
   */
  readonly deliveryId: string;
  /** The forge's own name for the event. */
  readonly eventName: string;
  readonly source: "webhook" | "polling" | "replay";
  /** Request headers with names in lower case, without credentials and signatures. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly status: DeliveryStatus;
  /** Result of processing, as a sentence. */
  readonly outcome: string | null;
  readonly sessionId: string | null;
  readonly receivedAt: Date;
  readonly workedAt: Date | null;
}

/** `ignored`: no event of the delivery caused an action. `failed`: processing of an event failed. */
export type DeliveryStatus = "received" | "worked" | "ignored" | "failed";
