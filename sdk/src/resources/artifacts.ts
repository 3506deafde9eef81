import type { RequestOptions } from "../options.ts";
import type { ArtifactQuery } from "../queries.ts";
import { pathOf, type Transport } from "../transport.ts";
import type { ArtifactList, ArtifactWithContent } from "../types.ts";

/** What sessions made beside their pull requests. */
export class ArtifactsResource {
  readonly #transport: Transport;
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Newest first, without their content. */
  list(query?: ArtifactQuery | null, options?: RequestOptions): Promise<ArtifactList> {
    return this.#transport.json({ method: "GET", path: "/v1/artifacts", query: query ?? {} }, options);
  }

  retrieve(artifactId: string, options?: RequestOptions): Promise<ArtifactWithContent> {
    return this.#transport.json({ method: "GET", path: pathOf`/v1/artifacts/${artifactId}` }, options);
  }
}
