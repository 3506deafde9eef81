import type { RequestOptions } from "../options.ts";
import type { APIPromise } from "../request/api-promise.ts";
import type { Transport } from "../transport.ts";
import type { Status } from "../types.ts";

/** State of the installation: processes, machines, queues, storage and keys. Admins only. */
export class StatusResource {
  readonly #transport: Transport;
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Returns the current state. Its `installation` is null except for admins of the installation's first organization. */
  retrieve(options?: RequestOptions): APIPromise<Status> {
    return this.#transport.json({ method: "GET", path: "/v1/status" }, options);
  }
}
