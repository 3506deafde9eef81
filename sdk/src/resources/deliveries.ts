import type { RequestOptions } from "../options.ts";
import type { DeliveryQuery } from "../queries.ts";
import type { APIPromise } from "../request/api-promise.ts";
import type { PagePromise } from "../request/page.ts";
import { pathOf, type Transport } from "../transport.ts";
import type { WebhookDelivery, WebhookDeliveryList, WebhookDeliveryWithBody } from "../types.ts";

/** Events from forges, received as webhook requests or found by polling, with the outcome of each. */
export class DeliveriesResource {
  readonly #transport: Transport;
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Lists deliveries without their bodies, newest first. */
  list(query?: DeliveryQuery | null, options?: RequestOptions): PagePromise<WebhookDeliveryList> {
    return this.#transport.page(
      { method: "GET", path: "/v1/webhook-deliveries", query: query ?? {} },
      options,
    );
  }

  /** Returns a delivery with its headers and body. */
  retrieve(deliveryId: string, options?: RequestOptions): APIPromise<WebhookDeliveryWithBody> {
    return this.#transport.json(
      { method: "GET", path: pathOf`/v1/webhook-deliveries/${deliveryId}` },
      options,
    );
  }

  /** Queues the delivery again and returns the new delivery. */
  replay(deliveryId: string, options?: RequestOptions): APIPromise<WebhookDelivery> {
    return this.#transport.json(
      { method: "POST", path: pathOf`/v1/webhook-deliveries/${deliveryId}/replay` },
      options,
    );
  }
}
