import type { RequestOptions } from "../options.ts";
import type { CursorQuery } from "../queries.ts";
import type { APIPromise } from "../request/api-promise.ts";
import type { PagePromise } from "../request/page.ts";
import { pathOf, type Transport } from "../transport.ts";
import type { Model, ModelList, ModelProviderTest, ModelUpdateBody, RuntimeList } from "../types.ts";

/** Models in the catalog. Requests can also use models that are not in the catalog. */
export class ModelsResource {
  readonly #transport: Transport;
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Lists the models in the catalog, each with the organization's settings. */
  list(query?: CursorQuery | null, options?: RequestOptions): PagePromise<ModelList> {
    return this.#transport.page({ method: "GET", path: "/v1/models", query: query ?? {} }, options);
  }

  /** Enables or disables a model, or selects the provider that serves it. */
  update(modelName: string, body: ModelUpdateBody, options?: RequestOptions): APIPromise<Model> {
    return this.#transport.json({ method: "PATCH", path: pathOf`/v1/models/${modelName}`, body }, options);
  }
}

/** Services that serve models. `models.list` returns them with the models. */
export class ModelProvidersResource {
  readonly #transport: Transport;
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /**
   * Sends one short request with the credential that sessions use. Requires an admin. Throws an `APIError` with the
   * provider's message if the provider rejects the request.
   */
  test(modelProvider: string, options?: RequestOptions): APIPromise<ModelProviderTest> {
    return this.#transport.json(
      { method: "POST", path: pathOf`/v1/model-providers/${modelProvider}/test` },
      options,
    );
  }
}

/** Harnesses and their capabilities. */
export class RuntimesResource {
  readonly #transport: Transport;
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Lists harnesses with their capabilities and models. */
  list(query?: CursorQuery | null, options?: RequestOptions): PagePromise<RuntimeList> {
    return this.#transport.page({ method: "GET", path: "/v1/runtimes", query: query ?? {} }, options);
  }
}
