import type { RequestOptions } from "../options.ts";
import type { CursorQuery, OutgoingDeliveryQuery } from "../queries.ts";
import type { APIPromise } from "../request/api-promise.ts";
import type { PagePromise } from "../request/page.ts";
import { pathOf, type Transport } from "../transport.ts";
import type {
  Deleted,
  OutgoingDelivery,
  OutgoingDeliveryList,
  OutgoingDeliveryWithAttempts,
  Webhook,
  WebhookCreateBody,
  WebhookList,
  WebhookSecret,
  WebhookSecretRotateBody,
  WebhookUpdateBody,
  WebhookWithSecret,
} from "../types.ts";

/** URLs that receive the organization's events. Verify the requests with `verifyWebhook`. Admins only. */
export class WebhooksResource {
  readonly deliveries: OutgoingDeliveriesResource;
  readonly #transport: Transport;
  constructor(transport: Transport) {
    this.#transport = transport;
    this.deliveries = new OutgoingDeliveriesResource(transport);
  }

  /** Lists webhooks, newest first. */
  list(query?: CursorQuery | null, options?: RequestOptions): PagePromise<WebhookList> {
    return this.#transport.page({ method: "GET", path: "/v1/webhooks", query: { ...query } }, options);
  }

  /** Creates a webhook. Only this response contains the signing secret. */
  create(body: WebhookCreateBody, options?: RequestOptions): APIPromise<WebhookWithSecret> {
    return this.#transport.json({ method: "POST", path: "/v1/webhooks", body }, options);
  }

  retrieve(webhookId: string, options?: RequestOptions): APIPromise<Webhook> {
    return this.#transport.json({ method: "GET", path: pathOf`/v1/webhooks/${webhookId}` }, options);
  }

  /** Updates a webhook. Enabling it resets its failure count. */
  update(webhookId: string, body: WebhookUpdateBody, options?: RequestOptions): APIPromise<Webhook> {
    return this.#transport.json({ method: "PATCH", path: pathOf`/v1/webhooks/${webhookId}`, body }, options);
  }

  /** Deletes a webhook and its deliveries, including pending ones. */
  delete(webhookId: string, options?: RequestOptions): APIPromise<Deleted> {
    return this.#transport.json({ method: "DELETE", path: pathOf`/v1/webhooks/${webhookId}` }, options);
  }

  /**
   * Creates a new signing secret. During the overlap (a day by default), requests are also signed with the previous
   * secret.
   */
  rotateSecret(
    webhookId: string,
    body: WebhookSecretRotateBody = {},
    options?: RequestOptions,
  ): APIPromise<WebhookSecret> {
    return this.#transport.json(
      { method: "POST", path: pathOf`/v1/webhooks/${webhookId}/rotate-secret`, body },
      options,
    );
  }

  /** Queues a single attempt to send a `webhook.test` event. `deliveries.retrieve` returns the result. */
  test(webhookId: string, options?: RequestOptions): APIPromise<OutgoingDelivery> {
    return this.#transport.json({ method: "POST", path: pathOf`/v1/webhooks/${webhookId}/test` }, options);
  }
}

export class OutgoingDeliveriesResource {
  readonly #transport: Transport;
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Lists deliveries without their bodies, newest first. */
  list(
    webhookId: string,
    query?: OutgoingDeliveryQuery | null,
    options?: RequestOptions,
  ): PagePromise<OutgoingDeliveryList> {
    return this.#transport.page(
      { method: "GET", path: pathOf`/v1/webhooks/${webhookId}/deliveries`, query: { ...query } },
      options,
    );
  }

  /** Returns a delivery with its body and all attempts. */
  retrieve(
    webhookId: string,
    deliveryId: string,
    options?: RequestOptions,
  ): APIPromise<OutgoingDeliveryWithAttempts> {
    return this.#transport.json(
      { method: "GET", path: pathOf`/v1/webhooks/${webhookId}/deliveries/${deliveryId}` },
      options,
    );
  }

  /** Queues the same event again and returns the new delivery. */
  replay(webhookId: string, deliveryId: string, options?: RequestOptions): APIPromise<OutgoingDelivery> {
    return this.#transport.json(
      { method: "POST", path: pathOf`/v1/webhooks/${webhookId}/deliveries/${deliveryId}/replay` },
      options,
    );
  }
}
