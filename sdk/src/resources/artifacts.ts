import type { RequestOptions } from "../options.ts";
import type { ArtifactQuery } from "../queries.ts";
import type { APIPromise } from "../request/api-promise.ts";
import type { PagePromise } from "../request/page.ts";
import { pathOf, type Transport } from "../transport.ts";
import type { ArtifactCreateBody, ArtifactList, ArtifactWithContent, Deleted } from "../types.ts";

/** Session results other than pull requests. */
export class ArtifactsResource {
  readonly #transport: Transport;
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Lists artifacts without their content, newest first. */
  list(query?: ArtifactQuery | null, options?: RequestOptions): PagePromise<ArtifactList> {
    return this.#transport.page({ method: "GET", path: "/v1/artifacts", query: query ?? {} }, options);
  }

  /** Returns an artifact with its content. */
  retrieve(artifactId: string, options?: RequestOptions): APIPromise<ArtifactWithContent> {
    return this.#transport.json({ method: "GET", path: pathOf`/v1/artifacts/${artifactId}` }, options);
  }

  /** Creates an artifact from a text, or from a file that was uploaded with `attachments`. */
  create(body: ArtifactCreateBody, options?: RequestOptions): APIPromise<ArtifactWithContent> {
    return this.#transport.json({ method: "POST", path: "/v1/artifacts", body }, options);
  }

  delete(artifactId: string, options?: RequestOptions): APIPromise<Deleted> {
    return this.#transport.json({ method: "DELETE", path: pathOf`/v1/artifacts/${artifactId}` }, options);
  }

  /** Downloads the bytes of a file artifact. */
  async file(artifactId: string, options: Pick<RequestOptions, "signal"> = {}): Promise<Uint8Array> {
    const signal = options.signal ?? new AbortController().signal;
    const path = pathOf`/v1/artifacts/${artifactId}/file`;
    const response = await this.#transport.open({ method: "GET", path }, signal);
    return new Uint8Array(await response.arrayBuffer());
  }
}
