import type { RequestOptions } from "../../options.ts";
import type { CursorQuery } from "../../queries.ts";
import { pathOf, type Transport } from "../../transport.ts";
import type {
  ApiKey,
  ApiKeyCreateBody,
  ApiKeyList,
  ApiKeyUpdateBody,
  ApiKeyWithToken,
  Deleted,
} from "../../types.ts";

/** The API keys of the organization. */
export class ApiKeysResource {
  readonly #transport: Transport;
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  list(query?: CursorQuery | null, options?: RequestOptions): Promise<ApiKeyList> {
    return this.#transport.json({ method: "GET", path: "/v1/api-keys", query: query ?? {} }, options);
  }

  /** The answer holds the token; it is never shown again. */
  create(body: ApiKeyCreateBody = {}, options?: RequestOptions): Promise<ApiKeyWithToken> {
    return this.#transport.json({ method: "POST", path: "/v1/api-keys", body }, options);
  }

  retrieve(apiKeyId: string, options?: RequestOptions): Promise<ApiKey> {
    return this.#transport.json({ method: "GET", path: pathOf`/v1/api-keys/${apiKeyId}` }, options);
  }

  /** Renames a key. */
  update(apiKeyId: string, body: ApiKeyUpdateBody, options?: RequestOptions): Promise<ApiKey> {
    return this.#transport.json({ method: "PATCH", path: pathOf`/v1/api-keys/${apiKeyId}`, body }, options);
  }

  /** Revokes a key, at once. */
  delete(apiKeyId: string, options?: RequestOptions): Promise<Deleted> {
    return this.#transport.json({ method: "DELETE", path: pathOf`/v1/api-keys/${apiKeyId}` }, options);
  }
}
