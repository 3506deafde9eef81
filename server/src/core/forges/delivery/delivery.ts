import type { ForgeName } from "../forge/forge-name.ts";

/** One thing a forge told, kept as it came until it is worked, and after for replay. */
export interface Delivery {
  readonly id: string;
  readonly organizationId: string;
  /** Null for the local forge. */
  readonly integrationId: string | null;
  readonly forge: ForgeName;
  /** The forge's own id; worked once per integration. Of a replay: a new one. */
  readonly deliveryId: string;
  /** The forge's own name of the event. */
  readonly eventName: string;
  readonly source: "webhook" | "polling" | "replay";
  /** Of the request, names in lower case; credentials and signatures left out. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly status: DeliveryStatus;
  /** A sentence: what came of it. */
  readonly outcome: string | null;
  readonly sessionId: string | null;
  readonly receivedAt: Date;
  readonly workedAt: Date | null;
}

/** `ignored`: nothing in it is for us. `failed`: tried until attempts ran out. */
export type DeliveryStatus = "received" | "worked" | "ignored" | "failed";
