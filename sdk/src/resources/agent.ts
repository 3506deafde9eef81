import type { RequestOptions } from "../options.ts";
import type { APIPromise } from "../request/api-promise.ts";
import { pathOf, type Transport } from "../transport.ts";
import type { AgentRunJob, DocumentedAgent, DocumentedAgentBody } from "../types.ts";

/** Saved automations in the shape of the documented generation. */
export class AgentResource {
  readonly #transport: Transport;
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  create(body: DocumentedAgentBody, options?: RequestOptions): APIPromise<DocumentedAgent> {
    return this.#transport.json({ method: "POST", path: "/agent", body }, options);
  }

  /** Queues a run that receives `payload`. The overlap policy decides whether the run starts, waits or is skipped. */
  trigger(
    keyOrId: string,
    payload: Readonly<Record<string, unknown>> = {},
    options?: RequestOptions,
  ): APIPromise<AgentRunJob> {
    return this.#transport.json(
      { method: "POST", path: pathOf`/agent/${keyOrId}/trigger`, body: payload },
      options,
    );
  }
}
