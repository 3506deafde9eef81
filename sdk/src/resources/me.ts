import type { RequestOptions } from "../options.ts";
import type { APIPromise } from "../request/api-promise.ts";
import type { Transport } from "../transport.ts";
import type { AuthContext, Me } from "../types.ts";

/** The owner of the API key. */
export class MeResource {
  readonly #transport: Transport;
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Returns the IDs of the key's organization and user. */
  retrieve(options?: RequestOptions): APIPromise<Me> {
    return this.#transport.json({ method: "GET", path: "/me" }, options);
  }

  /** Returns the user and the organization, with the user's role. */
  context(options?: RequestOptions): APIPromise<AuthContext> {
    return this.#transport.json({ method: "GET", path: "/auth/context" }, options);
  }
}
