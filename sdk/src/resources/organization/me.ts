import type { RequestOptions } from "../../options.ts";
import type { Transport } from "../../transport.ts";
import type { AuthContext, Me } from "../../types.ts";

/** Whose API key this is. */
export class MeResource {
  readonly #transport: Transport;
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  retrieve(options?: RequestOptions): Promise<Me> {
    return this.#transport.json({ method: "GET", path: "/me" }, options);
  }

  /** With the person's role. */
  context(options?: RequestOptions): Promise<AuthContext> {
    return this.#transport.json({ method: "GET", path: "/auth/context" }, options);
  }
}
