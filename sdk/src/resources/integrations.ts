import type { RequestOptions } from "../options.ts";
import type { CatalogQuery, IntegrationQuery } from "../queries.ts";
import type { APIPromise } from "../request/api-promise.ts";
import type { PagePromise } from "../request/page.ts";
import { pathOf, type Transport } from "../transport.ts";
import type {
  Deleted,
  Integration,
  IntegrationAuthorization,
  IntegrationCreateBody,
  IntegrationCreated,
  IntegrationList,
  IntegrationProviderList,
  IntegrationRateLimit,
  IntegrationSettings,
  IntegrationSync,
  IntegrationSyncAll,
  IntegrationSyncBody,
  IntegrationSyncStatus,
  IntegrationTest,
  IntegrationTriggerList,
  IntegrationUpdateBody,
} from "../types.ts";

/** Connections to forges. No response contains a credential. */
export class IntegrationsResource {
  readonly settings: IntegrationSettingsResource;
  readonly #transport: Transport;
  constructor(transport: Transport) {
    this.#transport = transport;
    this.settings = new IntegrationSettingsResource(transport);
  }

  /** Lists integrations, newest first. */
  list(query?: IntegrationQuery | null, options?: RequestOptions): PagePromise<IntegrationList> {
    return this.#transport.page({ method: "GET", path: "/v1/integrations", query: query ?? {} }, options);
  }

  retrieve(integrationId: string, options?: RequestOptions): APIPromise<Integration> {
    return this.#transport.json({ method: "GET", path: pathOf`/v1/integrations/${integrationId}` }, options);
  }

  /** Connects a forge. With `oauth` or `appManifest`, a person then opens the URL that `authorize` returns. */
  create(body: IntegrationCreateBody, options?: RequestOptions): APIPromise<IntegrationCreated> {
    return this.#transport.json({ method: "POST", path: "/v1/integrations", body }, options);
  }

  update(
    integrationId: string,
    body: IntegrationUpdateBody,
    options?: RequestOptions,
  ): APIPromise<Integration> {
    const path = pathOf`/v1/integrations/${integrationId}`;
    return this.#transport.json({ method: "PATCH", path, body }, options);
  }

  /** Deletes an integration and disables its repositories. */
  delete(integrationId: string, options?: RequestOptions): APIPromise<Deleted> {
    return this.#transport.json(
      { method: "DELETE", path: pathOf`/v1/integrations/${integrationId}` },
      options,
    );
  }

  /** Returns the URL where a person authorizes the integration. The URL works once and expires after ten minutes. */
  authorize(
    integrationId: string,
    query?: { readonly returnUrl?: string | undefined } | null,
    options?: RequestOptions,
  ): APIPromise<IntegrationAuthorization> {
    const path = pathOf`/v1/integrations/${integrationId}/authorize`;
    return this.#transport.json({ method: "POST", path, query: query ?? {} }, options);
  }

  /** Checks whether the integration has the permissions that it needs. */
  test(integrationId: string, options?: RequestOptions): APIPromise<IntegrationTest> {
    return this.#transport.json(
      { method: "POST", path: pathOf`/v1/integrations/${integrationId}/test` },
      options,
    );
  }

  /**
   * Syncs the forge's repositories. If the integration uses polling, also fetches new events. By default, the server
   * queues the sync.
   */
  sync(
    integrationId: string,
    body: IntegrationSyncBody = {},
    options?: RequestOptions,
  ): APIPromise<IntegrationSync> {
    const path = pathOf`/v1/integrations/${integrationId}/sync`;
    return this.#transport.json({ method: "POST", path, body }, options);
  }

  /** Queues a sync of the repositories of every enabled integration. */
  syncAll(options?: RequestOptions): APIPromise<IntegrationSyncAll> {
    return this.#transport.json({ method: "POST", path: "/v1/integrations/sync", body: {} }, options);
  }

  /** Returns the number of queued and running syncs. */
  syncStatus(options?: RequestOptions): APIPromise<IntegrationSyncStatus> {
    return this.#transport.json({ method: "GET", path: "/v1/integrations/sync/status" }, options);
  }

  /** Returns the forge's remaining rate limit. */
  rateLimit(integrationId: string, options?: RequestOptions): APIPromise<IntegrationRateLimit> {
    const path = pathOf`/v1/integrations/${integrationId}/rate-limit`;
    return this.#transport.json({ method: "GET", path }, options);
  }

  providers(query?: CatalogQuery | null, options?: RequestOptions): PagePromise<IntegrationProviderList> {
    const path = "/v1/integrations/providers";
    return this.#transport.page({ method: "GET", path, query: query ?? {} }, options);
  }

  /** Lists the events that can start agents. */
  triggers(query?: CatalogQuery | null, options?: RequestOptions): PagePromise<IntegrationTriggerList> {
    const path = "/v1/integrations/triggers";
    return this.#transport.page({ method: "GET", path, query: query ?? {} }, options);
  }
}

/** Settings of an integration. Change them with `integrations.update`. */
export class IntegrationSettingsResource {
  readonly #transport: Transport;
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Returns the settings and the result of the last sync. */
  retrieve(integrationId: string, options?: RequestOptions): APIPromise<IntegrationSettings> {
    const path = pathOf`/v1/integrations/${integrationId}/settings`;
    return this.#transport.json({ method: "GET", path }, options);
  }
}
