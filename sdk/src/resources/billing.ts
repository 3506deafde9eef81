import type { RequestOptions } from "../options.ts";
import type { CursorQuery, UsageQuery } from "../queries.ts";
import type { APIPromise } from "../request/api-promise.ts";
import type { PagePromise } from "../request/page.ts";
import type { Transport } from "../transport.ts";
import type { Billing, BillingUsage, Usage } from "../types.ts";

/** Model costs. Tembo itself charges no fees. */
export class BillingResource {
  readonly #transport: Transport;
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Returns the costs of the current month. */
  retrieve(options?: RequestOptions): APIPromise<Billing> {
    return this.#transport.json({ method: "GET", path: "/v1/billing" }, options);
  }

  /** Lists the cost of each session in US dollars, newest first. */
  usage(query?: CursorQuery | null, options?: RequestOptions): PagePromise<BillingUsage> {
    return this.#transport.page({ method: "GET", path: "/v1/billing/usage", query: query ?? {} }, options);
  }

  /** Returns the costs of the last `days` days, in groups. */
  groups(query: UsageQuery, options?: RequestOptions): APIPromise<Usage> {
    return this.#transport.json({ method: "GET", path: "/v1/usage", query }, options);
  }
}
