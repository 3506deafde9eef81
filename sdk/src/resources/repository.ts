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

/** Enabled repositories, in the shape of the documented generation. */
export class RepositoryResource {
  readonly #transport: Transport;
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  list(options?: RequestOptions): PagePromise<LegacyRepositoryList> {
    return this.#transport.page({ method: "GET", path: "/repository/list" }, options);
  }
}

/** Repositories in the shape of the v1 generation. */
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

  /** Creates an empty repository on the server's built-in forge. Push to its `url` with git. */
  create(body: RepositoryCreateBody, options?: RequestOptions): APIPromise<Repository> {
    return this.#transport.json({ method: "POST", path: "/v1/repositories", body }, options);
  }

  /** Enables or disables a repository, or changes its settings for sessions. */
  update(repositoryId: string, body: RepositoryUpdateBody, options?: RequestOptions): APIPromise<Repository> {
    const path = pathOf`/v1/repositories/${repositoryId}`;
    return this.#transport.json({ method: "PATCH", path, body }, options);
  }

  /**
   * Removes a repository of the built-in forge from the list. Creating it again restores it, unless `deleteData`
   * deleted its git data.
   */
  delete(
    repositoryId: string,
    query?: { readonly deleteData?: boolean | undefined } | null,
    options?: RequestOptions,
  ): APIPromise<Deleted> {
    const path = pathOf`/v1/repositories/${repositoryId}`;
    return this.#transport.json({ method: "DELETE", path, query: query ?? {} }, options);
  }

  /** Lists branches, sorted by name. The repository must be enabled, as for `tree` and `file`. */
  branches(
    repositoryId: string,
    query?: BranchQuery | null,
    options?: RequestOptions,
  ): PagePromise<RepositoryBranchList> {
    const path = pathOf`/v1/repositories/${repositoryId}/branches`;
    return this.#transport.page({ method: "GET", path, query: query ?? {} }, options);
  }

  /**
   * Lists the entries of a folder, folders first. With `search`, lists the files below the folder whose path contains
   * the text.
   */
  tree(
    repositoryId: string,
    query?: TreeQuery | null,
    options?: RequestOptions,
  ): PagePromise<RepositoryTreeList> {
    const path = pathOf`/v1/repositories/${repositoryId}/tree`;
    return this.#transport.page({ method: "GET", path, query: query ?? {} }, options);
  }

  /** Returns a file. If the response has no `content`, `leftOut` states the reason. */
  file(repositoryId: string, query: TreeFileQuery, options?: RequestOptions): APIPromise<RepositoryFile> {
    const path = pathOf`/v1/repositories/${repositoryId}/file`;
    return this.#transport.json({ method: "GET", path, query }, options);
  }
}
