import type { RequestOptions } from "../options.ts";
import type { Transport } from "../transport.ts";
import type { Me } from "../types.ts";

/** Whose API key this is. */
export class MeResource {
  readonly #transport: Transport;
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  retrieve(options?: RequestOptions): Promise<Me> {
    return this.#transport.json({ method: "GET", path: "/me" }, options);
  }
}
