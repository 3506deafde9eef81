import type { RequestOptions } from "../options.ts";
import type { APIPromise } from "../request/api-promise.ts";
import { pathOf, type Transport } from "../transport.ts";
import type {
  Deleted,
  Preview,
  PreviewCreateBody,
  PreviewLink,
  PreviewList,
  PreviewOpenBody,
  PreviewShareCreateBody,
  PreviewShareList,
  PreviewShareRedeemBody,
  PreviewShareWithUrl,
} from "../types.ts";

/** Opens previews in a browser. */
export class PreviewsResource {
  readonly #transport: Transport;
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Creates a link that opens a preview in your browser. It works once, for one minute. */
  open(body: PreviewOpenBody, options?: RequestOptions): APIPromise<PreviewLink> {
    return this.#transport.json({ method: "POST", path: "/v1/previews/open", body }, options);
  }

  /** Exchanges the token of a share link, which follows its `#`, for a link that opens the preview. */
  redeem(body: PreviewShareRedeemBody, options?: RequestOptions): APIPromise<PreviewLink> {
    return this.#transport.json({ method: "POST", path: "/v1/previews/redeem", body }, options);
  }
}

/** Published ports of a session's sandbox. */
export class SessionPreviews {
  readonly shares: PreviewShares;
  readonly #transport: Transport;
  constructor(transport: Transport) {
    this.#transport = transport;
    this.shares = new PreviewShares(transport);
  }

  list(sessionId: string, options?: RequestOptions): APIPromise<PreviewList> {
    const path = pathOf`/v1/sessions/${sessionId}/previews`;
    return this.#transport.json({ method: "GET", path }, options);
  }

  /** Publishes a port. Returns the existing preview if the port is already published. */
  create(sessionId: string, body: PreviewCreateBody, options?: RequestOptions): APIPromise<Preview> {
    const path = pathOf`/v1/sessions/${sessionId}/previews`;
    return this.#transport.json({ method: "POST", path, body }, options);
  }

  /** Removes a preview and its share links. */
  delete(sessionId: string, previewId: string, options?: RequestOptions): APIPromise<Deleted> {
    const path = pathOf`/v1/sessions/${sessionId}/previews/${previewId}`;
    return this.#transport.json({ method: "DELETE", path }, options);
  }
}

/** Links with which people without an account can open a preview. */
export class PreviewShares {
  readonly #transport: Transport;
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Lists the valid links, newest first. */
  list(sessionId: string, previewId: string, options?: RequestOptions): APIPromise<PreviewShareList> {
    const path = pathOf`/v1/sessions/${sessionId}/previews/${previewId}/shares`;
    return this.#transport.json({ method: "GET", path }, options);
  }

  /** Creates a link. Only this response contains its URL. */
  create(
    sessionId: string,
    previewId: string,
    body?: PreviewShareCreateBody | null,
    options?: RequestOptions,
  ): APIPromise<PreviewShareWithUrl> {
    const path = pathOf`/v1/sessions/${sessionId}/previews/${previewId}/shares`;
    return this.#transport.json({ method: "POST", path, body: body ?? {} }, options);
  }

  /** Revokes a link. */
  delete(
    sessionId: string,
    previewId: string,
    shareId: string,
    options?: RequestOptions,
  ): APIPromise<Deleted> {
    const path = pathOf`/v1/sessions/${sessionId}/previews/${previewId}/shares/${shareId}`;
    return this.#transport.json({ method: "DELETE", path }, options);
  }
}
