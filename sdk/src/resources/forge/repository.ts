import type { RequestOptions } from "../../options.ts";
import type { RepositoryQuery } from "../../queries.ts";
import type { APIPromise } from "../../request/api-promise.ts";
import type { PagePromise } from "../../request/page.ts";
import { pathOf, type Transport } from "../../transport.ts";
import type {
  LegacyRepositoryList,
  Repository,
  RepositoryCreateBody,
  RepositoryList,
  RepositoryUpdateBody,
} from "../../types.ts";

/** The enabled repositories, in the shape of the documented generation. */
export class RepositoryResource {
  readonly #transport: Transport;
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  list(options?: RequestOptions): PagePromise<LegacyRepositoryList> {
    return this.#transport.page({ method: "GET", path: "/repository/list" }, options);
  }
}

/** Repositories in the v1 shape. */
export class RepositoriesResource {
  readonly #transport: Transport;
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  list(query?: RepositoryQuery | null, options?: RequestOptions): PagePromise<RepositoryList> {
    return this.#transport.page({ method: "GET", path: "/v1/repositories", query: query ?? {} }, options);
  }

  retrieve(repositoryId: string, options?: RequestOptions): APIPromise<Repository> {
    return this.#transport.json({ method: "GET", path: pathOf`/v1/repositories/${repositoryId}` }, options);
  }

  /** Makes an empty repository on the server's own forge; push to its `url` with git. */
  create(body: RepositoryCreateBody, options?: RequestOptions): APIPromise<Repository> {
    return this.#transport.json({ method: "POST", path: "/v1/repositories", body }, options);
  }

  /** Enables or disables one, or changes how it is worked on. */
  update(repositoryId: string, body: RepositoryUpdateBody, options?: RequestOptions): APIPromise<Repository> {
    const path = pathOf`/v1/repositories/${repositoryId}`;
    return this.#transport.json({ method: "PATCH", path, body }, options);
  }
}
