import type { RequestOptions } from "../options.ts";
import type { CursorQuery } from "../queries.ts";
import type { APIPromise } from "../request/api-promise.ts";
import type { PagePromise } from "../request/page.ts";
import { pathOf, type Transport } from "../transport.ts";
import type {
  ApiKey,
  ApiKeyCreateBody,
  ApiKeyList,
  ApiKeyUpdateBody,
  ApiKeyWithToken,
  Deleted,
} from "../types.ts";

export class ApiKeysResource {
  readonly #transport: Transport;
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Lists API keys. Admins receive all keys of the organization, members only their own. */
  list(query?: CursorQuery | null, options?: RequestOptions): PagePromise<ApiKeyList> {
    return this.#transport.page({ method: "GET", path: "/v1/api-keys", query: query ?? {} }, options);
  }

  /** Creates a key. Only this response contains the token. */
  create(body: ApiKeyCreateBody = {}, options?: RequestOptions): APIPromise<ApiKeyWithToken> {
    return this.#transport.json({ method: "POST", path: "/v1/api-keys", body }, options);
  }

  /** Returns a key without its token. */
  retrieve(apiKeyId: string, options?: RequestOptions): APIPromise<ApiKey> {
    return this.#transport.json({ method: "GET", path: pathOf`/v1/api-keys/${apiKeyId}` }, options);
  }

  update(apiKeyId: string, body: ApiKeyUpdateBody, options?: RequestOptions): APIPromise<ApiKey> {
    return this.#transport.json({ method: "PATCH", path: pathOf`/v1/api-keys/${apiKeyId}`, body }, options);
  }

  /** Revokes a key immediately. */
  delete(apiKeyId: string, options?: RequestOptions): APIPromise<Deleted> {
    return this.#transport.json({ method: "DELETE", path: pathOf`/v1/api-keys/${apiKeyId}` }, options);
  }
}
