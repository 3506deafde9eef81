import type { ForgeName } from "../forge/forge-name.ts";

/** A notification from a forge. Stored unchanged until it is processed, and afterwards for replay. */
export interface Delivery {
  readonly id: string;
  readonly organizationId: string;
  /** The integration, or null for the local forge. */
  readonly integrationId: string | null;
  readonly forge: ForgeName;
  /** The forge's own id. An integration processes each id once. A replay gets a new id. */
  readonly deliveryId: string;
  /** The forge's own name of the event. */
  readonly eventName: string;
  readonly source: "webhook" | "polling" | "replay";
  /** Request headers with names in lower case, without credentials and signatures. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly status: DeliveryStatus;
  /** User-facing result of processing. */
  readonly outcome: string | null;
  readonly sessionId: string | null;
  readonly receivedAt: Date;
  readonly workedAt: Date | null;
}

/** `ignored`: the delivery contains nothing for Tembo. `failed`: processing failed on every attempt. */
export type DeliveryStatus = "received" | "worked" | "ignored" | "failed";
