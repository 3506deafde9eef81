import type { RequestOptions } from "../options.ts";
import type { AgentQuery, AgentRevisionQuery, AgentTemplateQuery, CursorQuery } from "../queries.ts";
import type { APIPromise } from "../request/api-promise.ts";
import type { PagePromise } from "../request/page.ts";
import { pathOf, type Transport } from "../transport.ts";
import type {
  Agent,
  AgentContentRevisionList,
  AgentContentRevisionWithInstructions,
  AgentCreateBody,
  AgentList,
  AgentRun,
  AgentRunList,
  AgentRunPolicy,
  AgentRunPolicyBody,
  AgentRunQueued,
  AgentTemplate,
  AgentTemplateList,
  AgentUpdateBody,
  Deleted,
} from "../types.ts";
import { AgentSchedulesResource, AgentTriggersResource } from "./agent-starts.ts";

/** Saved automations that start sessions. */
export class AgentsResource {
  readonly #transport: Transport;
  readonly runs: AgentRunsResource;
  readonly schedules: AgentSchedulesResource;
  readonly triggers: AgentTriggersResource;
  readonly templates: AgentTemplatesResource;
  readonly contentRevisions: AgentContentRevisionsResource;

  constructor(transport: Transport) {
    this.#transport = transport;
    this.runs = new AgentRunsResource(transport);
    this.schedules = new AgentSchedulesResource(transport);
    this.triggers = new AgentTriggersResource(transport);
    this.templates = new AgentTemplatesResource(transport);
    this.contentRevisions = new AgentContentRevisionsResource(transport);
  }

  list(query?: AgentQuery | null, options?: RequestOptions): PagePromise<AgentList> {
    return this.#transport.page({ method: "GET", path: "/v1/agents", query: query ?? {} }, options);
  }

  /** Creates an agent from scratch, from a template or as a copy of another agent. */
  create(body: AgentCreateBody, options?: RequestOptions): APIPromise<Agent> {
    return this.#transport.json({ method: "POST", path: "/v1/agents", body }, options);
  }

  retrieve(agentId: string, options?: RequestOptions): APIPromise<Agent> {
    return this.#transport.json({ method: "GET", path: pathOf`/v1/agents/${agentId}` }, options);
  }

  /**
   * Updates an agent. Enabling or disabling an agent also applies to its schedules and triggers. Archiving an agent
   * disables it, and enabling it restores it from the archive.
   */
  update(agentId: string, body: AgentUpdateBody, options?: RequestOptions): APIPromise<Agent> {
    return this.#transport.json({ method: "PATCH", path: pathOf`/v1/agents/${agentId}`, body }, options);
  }

  /** Deletes an agent and its runs, schedules and triggers. Its sessions remain. */
  delete(agentId: string, options?: RequestOptions): APIPromise<Deleted> {
    return this.#transport.json({ method: "DELETE", path: pathOf`/v1/agents/${agentId}` }, options);
  }

  /**
   * Returns the policy for overlapping runs and for pausing the agent after failures. If the agent is paused, the
   * response includes the reason.
   */
  runPolicy(agentId: string, options?: RequestOptions): APIPromise<AgentRunPolicy> {
    return this.#transport.json({ method: "GET", path: pathOf`/v1/agents/${agentId}/run-policy` }, options);
  }

  updateRunPolicy(
    agentId: string,
    body: AgentRunPolicyBody,
    options?: RequestOptions,
  ): APIPromise<AgentRunPolicy> {
    return this.#transport.json(
      { method: "PATCH", path: pathOf`/v1/agents/${agentId}/run-policy`, body },
      options,
    );
  }
}

export class AgentRunsResource {
  readonly #transport: Transport;
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  list(agentId: string, query?: CursorQuery | null, options?: RequestOptions): PagePromise<AgentRunList> {
    return this.#transport.page(
      { method: "GET", path: pathOf`/v1/agents/${agentId}/runs`, query: query ?? {} },
      options,
    );
  }

  /** Queues a run that receives `payload`. The overlap policy decides whether the run starts, waits or is skipped. */
  create(
    agentId: string,
    payload: Readonly<Record<string, unknown>> = {},
    options?: RequestOptions,
  ): APIPromise<AgentRunQueued> {
    return this.#transport.json(
      { method: "POST", path: pathOf`/v1/agents/${agentId}/runs`, body: payload },
      options,
    );
  }

  retrieve(agentId: string, runId: string, options?: RequestOptions): APIPromise<AgentRun> {
    return this.#transport.json(
      { method: "GET", path: pathOf`/v1/agents/${agentId}/runs/${runId}` },
      options,
    );
  }
}

export class AgentTemplatesResource {
  readonly #transport: Transport;
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  list(query?: AgentTemplateQuery | null, options?: RequestOptions): PagePromise<AgentTemplateList> {
    return this.#transport.page({ method: "GET", path: "/v1/agents/templates", query: query ?? {} }, options);
  }

  retrieve(templateName: string, options?: RequestOptions): APIPromise<AgentTemplate> {
    return this.#transport.json(
      { method: "GET", path: pathOf`/v1/agents/templates/${templateName}` },
      options,
    );
  }
}

/** Versions of an agent's instructions. */
export class AgentContentRevisionsResource {
  readonly #transport: Transport;
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  list(
    agentId: string,
    query?: AgentRevisionQuery | null,
    options?: RequestOptions,
  ): PagePromise<AgentContentRevisionList> {
    return this.#transport.page(
      { method: "GET", path: pathOf`/v1/agents/${agentId}/content-revisions`, query: query ?? {} },
      options,
    );
  }

  retrieve(
    agentId: string,
    version: number,
    options?: RequestOptions,
  ): APIPromise<AgentContentRevisionWithInstructions> {
    return this.#transport.json(
      { method: "GET", path: pathOf`/v1/agents/${agentId}/content-revisions/${String(version)}` },
      options,
    );
  }

  /** Restores an earlier version of the instructions, as a new version. */
  restore(
    agentId: string,
    version: number,
    body: { readonly expectedContentVersion: number },
    options?: RequestOptions,
  ): APIPromise<Agent> {
    return this.#transport.json(
      {
        method: "POST",
        path: pathOf`/v1/agents/${agentId}/content-revisions/${String(version)}/restore`,
        body,
      },
      options,
    );
  }
}
