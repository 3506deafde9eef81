import type { RequestOptions } from "../options.ts";
import type { CursorQuery, UsageQuery } from "../queries.ts";
import type { APIPromise } from "../request/api-promise.ts";
import type { PagePromise } from "../request/page.ts";
import type { Transport } from "../transport.ts";
import type { Billing, BillingUsage, Usage } from "../types.ts";

/** What models cost; nothing is billed. */
export class BillingResource {
  readonly #transport: Transport;
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  retrieve(options?: RequestOptions): APIPromise<Billing> {
    return this.#transport.json({ method: "GET", path: "/v1/billing" }, options);
  }

  /** Each session's cost, in US dollars, newest first. */
  usage(query?: CursorQuery | null, options?: RequestOptions): PagePromise<BillingUsage> {
    return this.#transport.page({ method: "GET", path: "/v1/billing/usage", query: query ?? {} }, options);
  }

  /** The costs of the last days summed up by day, harness, model, person or repository. */
  groups(query: UsageQuery, options?: RequestOptions): APIPromise<Usage> {
    return this.#transport.json({ method: "GET", path: "/v1/usage", query }, options);
  }
}
