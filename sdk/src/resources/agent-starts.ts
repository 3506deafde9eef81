import type { RequestOptions } from "../options.ts";
import type { AgentNextRunQuery, CursorQuery } from "../queries.ts";
import type { APIPromise } from "../request/api-promise.ts";
import type { PagePromise } from "../request/page.ts";
import { pathOf, type Transport } from "../transport.ts";
import type {
  AgentNextRunList,
  AgentSchedule,
  AgentScheduleBody,
  AgentScheduleList,
  AgentScheduleTimes,
  AgentTrigger,
  AgentTriggerCreateBody,
  AgentTriggerList,
  AgentTriggerUpdateBody,
  Deleted,
} from "../types.ts";

export class AgentSchedulesResource {
  readonly #transport: Transport;
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  list(
    agentId: string,
    query?: CursorQuery | null,
    options?: RequestOptions,
  ): PagePromise<AgentScheduleList> {
    return this.#transport.page(
      { method: "GET", path: pathOf`/v1/agents/${agentId}/schedules`, query: query ?? {} },
      options,
    );
  }

  create(agentId: string, body: AgentScheduleBody, options?: RequestOptions): APIPromise<AgentSchedule> {
    return this.#transport.json(
      { method: "POST", path: pathOf`/v1/agents/${agentId}/schedules`, body },
      options,
    );
  }

  retrieve(agentId: string, scheduleId: string, options?: RequestOptions): APIPromise<AgentSchedule> {
    return this.#transport.json(
      { method: "GET", path: pathOf`/v1/agents/${agentId}/schedules/${scheduleId}` },
      options,
    );
  }

  update(
    agentId: string,
    scheduleId: string,
    body: AgentScheduleBody,
    options?: RequestOptions,
  ): APIPromise<AgentSchedule> {
    return this.#transport.json(
      { method: "PATCH", path: pathOf`/v1/agents/${agentId}/schedules/${scheduleId}`, body },
      options,
    );
  }

  delete(agentId: string, scheduleId: string, options?: RequestOptions): APIPromise<Deleted> {
    return this.#transport.json(
      { method: "DELETE", path: pathOf`/v1/agents/${agentId}/schedules/${scheduleId}` },
      options,
    );
  }
  /** Lists the upcoming scheduled runs of enabled agents, soonest first. */
  nextRuns(query?: AgentNextRunQuery | null, options?: RequestOptions): APIPromise<AgentNextRunList> {
    return this.#transport.json({ method: "GET", path: "/v1/agents/next-runs", query: query ?? {} }, options);
  }

  /** Returns the next five times that match a cron expression. */
  times(cron: string, options?: RequestOptions): APIPromise<AgentScheduleTimes> {
    return this.#transport.json(
      { method: "GET", path: "/v1/agents/schedule-times", query: { cron } },
      options,
    );
  }
}

/** Triggers: events that start an agent. */
export class AgentTriggersResource {
  readonly #transport: Transport;
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  list(agentId: string, query?: CursorQuery | null, options?: RequestOptions): PagePromise<AgentTriggerList> {
    return this.#transport.page(
      { method: "GET", path: pathOf`/v1/agents/${agentId}/triggers`, query: query ?? {} },
      options,
    );
  }

  create(agentId: string, body: AgentTriggerCreateBody, options?: RequestOptions): APIPromise<AgentTrigger> {
    return this.#transport.json(
      { method: "POST", path: pathOf`/v1/agents/${agentId}/triggers`, body },
      options,
    );
  }

  retrieve(agentId: string, triggerId: string, options?: RequestOptions): APIPromise<AgentTrigger> {
    return this.#transport.json(
      { method: "GET", path: pathOf`/v1/agents/${agentId}/triggers/${triggerId}` },
      options,
    );
  }

  update(
    agentId: string,
    triggerId: string,
    body: AgentTriggerUpdateBody,
    options?: RequestOptions,
  ): APIPromise<AgentTrigger> {
    return this.#transport.json(
      { method: "PATCH", path: pathOf`/v1/agents/${agentId}/triggers/${triggerId}`, body },
      options,
    );
  }

  delete(agentId: string, triggerId: string, options?: RequestOptions): APIPromise<Deleted> {
    return this.#transport.json(
      { method: "DELETE", path: pathOf`/v1/agents/${agentId}/triggers/${triggerId}` },
      options,
    );
  }
}
