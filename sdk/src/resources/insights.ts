import type { RequestOptions } from "../options.ts";
import type { CursorQuery } from "../queries.ts";
import type { APIPromise } from "../request/api-promise.ts";
import type { PagePromise } from "../request/page.ts";
import type { Transport } from "../transport.ts";
import type {
  Insight,
  InsightMemberList,
  InsightModelList,
  InsightRepositoryList,
  InsightUpdateBody,
} from "../types.ts";

/** Pull request statistics for the last six months. */
export class InsightsResource {
  readonly #transport: Transport;
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Returns the number of pull requests in the last six months, and the number that Tembo worked on. */
  retrieve(options?: RequestOptions): APIPromise<Insight> {
    return this.#transport.json({ method: "GET", path: "/v1/insights" }, options);
  }

  /** Enables or disables insights. Admins only. */
  update(body: InsightUpdateBody, options?: RequestOptions): APIPromise<Insight> {
    return this.#transport.json({ method: "PATCH", path: "/v1/insights", body }, options);
  }

  /** Lists pull request authors, sorted by number of pull requests in descending order. */
  members(query?: CursorQuery | null, options?: RequestOptions): PagePromise<InsightMemberList> {
    return this.#transport.page({ method: "GET", path: "/v1/insights/members", query: query ?? {} }, options);
  }

  /** Returns the results of each harness and model in the last six months, sorted by number of turns. */
  models(options?: RequestOptions): APIPromise<InsightModelList> {
    return this.#transport.json({ method: "GET", path: "/v1/insights/models" }, options);
  }

  /** Lists repositories with pull requests, sorted by number of pull requests in descending order. */
  repositories(query?: CursorQuery | null, options?: RequestOptions): PagePromise<InsightRepositoryList> {
    const path = "/v1/insights/repositories";
    return this.#transport.page({ method: "GET", path, query: query ?? {} }, options);
  }
}
