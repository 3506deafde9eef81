import type { RequestOptions } from "../options.ts";
import type { CursorQuery } from "../queries.ts";
import type { APIPromise } from "../request/api-promise.ts";
import type { PagePromise } from "../request/page.ts";
import { pathOf, type Transport } from "../transport.ts";
import type { Model, ModelList, ModelUpdateBody, RuntimeList } from "../types.ts";

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
