import type { RequestOptions } from "../options.ts";
import type { AuditEventFilter, AuditEventQuery } from "../queries.ts";
import type { PagePromise } from "../request/page.ts";
import { type JsonLinesOptions, readJsonLines } from "../stream/json-lines.ts";
import type { Transport } from "../transport.ts";
import type { AuditEvent, AuditEventList } from "../types.ts";

const path = "/v1/audit-events";

/** The organization's audit log: changes to access, credentials and policies, and who made them. Admins only. */
export class AuditEventsResource {
  readonly #transport: Transport;
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Lists events, newest first. */
  list(query?: AuditEventQuery | null, options?: RequestOptions): PagePromise<AuditEventList> {
    return this.#transport.page({ method: "GET", path, query: { ...query } }, options);
  }

  /** Streams all matching events, newest first. The audit log records the export. */
  export(
    filter?: AuditEventFilter | null,
    options: JsonLinesOptions = {},
  ): AsyncGenerator<AuditEvent, void, undefined> {
    return readJsonLines(this.#transport, { path, query: { ...filter }, noun: "export" }, options);
  }
}
