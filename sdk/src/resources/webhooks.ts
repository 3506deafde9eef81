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

/** Addresses of the organization that are told what happens; `verifyWebhook` checks what comes there. For admins. */
export class WebhooksResource {
  readonly deliveries: OutgoingDeliveriesResource;
  readonly #transport: Transport;
  constructor(transport: Transport) {
    this.#transport = transport;
    this.deliveries = new OutgoingDeliveriesResource(transport);
  }

  /** Newest first. */
  list(query?: CursorQuery | null, options?: RequestOptions): PagePromise<WebhookList> {
    return this.#transport.page({ method: "GET", path: "/v1/webhooks", query: { ...query } }, options);
  }

  /** The answer shows the signing secret, this once. */
  create(body: WebhookCreateBody, options?: RequestOptions): APIPromise<WebhookWithSecret> {
    return this.#transport.json({ method: "POST", path: "/v1/webhooks", body }, options);
  }

  retrieve(webhookId: string, options?: RequestOptions): APIPromise<Webhook> {
    return this.#transport.json({ method: "GET", path: pathOf`/v1/webhooks/${webhookId}` }, options);
  }

  /** Enabling one forgets its failures. */
  update(webhookId: string, body: WebhookUpdateBody, options?: RequestOptions): APIPromise<Webhook> {
    return this.#transport.json({ method: "PATCH", path: pathOf`/v1/webhooks/${webhookId}`, body }, options);
  }

  delete(webhookId: string, options?: RequestOptions): APIPromise<Deleted> {
    return this.#transport.json({ method: "DELETE", path: pathOf`/v1/webhooks/${webhookId}` }, options);
  }

  /** For the hours of the overlap, a day unless told, requests are signed with the earlier secret too. */
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

  /** Sends an event of the type `webhook.test`, once; its delivery tells what came of it. */
  test(webhookId: string, options?: RequestOptions): APIPromise<OutgoingDelivery> {
    return this.#transport.json({ method: "POST", path: pathOf`/v1/webhooks/${webhookId}/test` }, options);
  }
}

/** What a webhook was told. */
export class OutgoingDeliveriesResource {
  readonly #transport: Transport;
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Newest first, without the bodies. */
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

  /** With its body and every attempt. */
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

  /** Tells the same once more, as a new delivery, which is the answer. */
  replay(webhookId: string, deliveryId: string, options?: RequestOptions): APIPromise<OutgoingDelivery> {
    return this.#transport.json(
      { method: "POST", path: pathOf`/v1/webhooks/${webhookId}/deliveries/${deliveryId}/replay` },
      options,
    );
  }
}
