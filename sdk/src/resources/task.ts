import type { RequestOptions } from "../options.ts";
import type { PageQuery, SearchQuery } from "../queries.ts";
import type { APIPromise } from "../request/api-promise.ts";
import type { PagePromise } from "../request/page.ts";
import type { Transport } from "../transport.ts";
import type { SessionCreateBody, SessionCreated, TaskList, TaskSearch } from "../types.ts";

/** Sessions under their earlier name, for existing programs. Lists return their items in `issues`. */
export class TaskResource {
  readonly #transport: Transport;
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  create(body: SessionCreateBody, options?: RequestOptions): APIPromise<SessionCreated> {
    return this.#transport.json({ method: "POST", path: "/task/create", body }, options);
  }

  list(query?: PageQuery | null, options?: RequestOptions): PagePromise<TaskList> {
    return this.#transport.page({ method: "GET", path: "/task/list", query: query ?? {} }, options);
  }

  search(query: SearchQuery, options?: RequestOptions): PagePromise<TaskSearch> {
    return this.#transport.page({ method: "GET", path: "/task/search", query }, options);
  }
}
