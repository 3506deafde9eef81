import type { RequestOptions } from "../options.ts";
import type { BranchQuery, RepositoryQuery, TreeFileQuery, TreeQuery } from "../queries.ts";
import type { APIPromise } from "../request/api-promise.ts";
import type { PagePromise } from "../request/page.ts";
import { pathOf, type Transport } from "../transport.ts";
import type {
  Deleted,
  LegacyRepositoryList,
  Repository,
  RepositoryBranchList,
  RepositoryCreateBody,
  RepositoryFile,
  RepositoryList,
  RepositoryTreeList,
  RepositoryUpdateBody,
} from "../types.ts";

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

  /** Takes one of the server's own forge off the list. Creating it again restores it, unless `deleteData` deleted its git data. */
  delete(
    repositoryId: string,
    query?: { readonly deleteData?: boolean | undefined } | null,
    options?: RequestOptions,
  ): APIPromise<Deleted> {
    const path = pathOf`/v1/repositories/${repositoryId}`;
    return this.#transport.json({ method: "DELETE", path, query: query ?? {} }, options);
  }

  /** By name; of an enabled repository, as the next two. */
  branches(
    repositoryId: string,
    query?: BranchQuery | null,
    options?: RequestOptions,
  ): PagePromise<RepositoryBranchList> {
    const path = pathOf`/v1/repositories/${repositoryId}/branches`;
    return this.#transport.page({ method: "GET", path, query: query ?? {} }, options);
  }

  /** What lies in a folder, folders first; with `search` the files below it whose path holds that. */
  tree(
    repositoryId: string,
    query?: TreeQuery | null,
    options?: RequestOptions,
  ): PagePromise<RepositoryTreeList> {
    const path = pathOf`/v1/repositories/${repositoryId}/tree`;
    return this.#transport.page({ method: "GET", path, query: query ?? {} }, options);
  }

  /** One file; `leftOut` says why there is no `content`. */
  file(repositoryId: string, query: TreeFileQuery, options?: RequestOptions): APIPromise<RepositoryFile> {
    const path = pathOf`/v1/repositories/${repositoryId}/file`;
    return this.#transport.json({ method: "GET", path, query }, options);
  }
}
