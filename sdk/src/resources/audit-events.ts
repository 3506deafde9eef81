import type { RequestOptions } from "../options.ts";
import type { AuditEventFilter, AuditEventQuery } from "../queries.ts";
import type { PagePromise } from "../request/page.ts";
import { type JsonLinesOptions, readJsonLines } from "../stream/json-lines.ts";
import type { Transport } from "../transport.ts";
import type { AuditEvent, AuditEventList } from "../types.ts";

const path = "/v1/audit-events";

/** The audit log of the organization: who changed access, credentials and policies. For admins. */
export class AuditEventsResource {
  readonly #transport: Transport;
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Newest first. */
  list(query?: AuditEventQuery | null, options?: RequestOptions): PagePromise<AuditEventList> {
    return this.#transport.page({ method: "GET", path, query: { ...query } }, options);
  }

  /** Streams all matching events, newest first. The export is recorded in the log. */
  export(
    filter?: AuditEventFilter | null,
    options: JsonLinesOptions = {},
  ): AsyncGenerator<AuditEvent, void, undefined> {
    return readJsonLines(this.#transport, { path, query: { ...filter }, noun: "export" }, options);
  }
}
