import { Readable } from "node:stream";
import { operations } from "@tembo/contract";
import type { FastifyInstance } from "fastify";
import { type AuditEvent, exportAuditLog } from "../../../core/accounts/index.ts";
import type { Ports } from "../../../core/ports.ts";
import { route } from "../../route.ts";
import { auditEventView } from "./audit-event-view.ts";

const jsonLines = "application/x-ndjson";

export function auditEventRoutes(app: FastifyInstance, { store }: Pick<Ports, "store">): void {
  route(app, operations.auditEventList, async ({ organizationId, query, raw }, reply) => {
    const { limit, cursor, format, since, until, ...rest } = query;
    const filter = {
      ...rest,
      ...(since !== undefined && { since: new Date(since) }),
      ...(until !== undefined && { until: new Date(until) }),
    };
    if (format === "jsonl" || raw.headers.accept?.includes(jsonLines)) {
      const events = raw.method === "HEAD" ? [] : exportAuditLog(store, organizationId, filter);
      reply.headers({ "content-type": `${jsonLines}; charset=utf-8`, "cache-control": "no-store" });
      // Sends one page at a time, at the client's reading speed.
      return reply.send(Readable.from(linesOf(events), { objectMode: false, highWaterMark: 1 })) as never;
    }
    const page = await store.audit.list(organizationId, {
      ...filter,
      limit,
      ...(cursor !== undefined && { cursor }),
    });
    return { items: page.items.map(auditEventView), nextCursor: page.nextCursor };
  });
}

async function* linesOf(
  pages: AsyncIterable<AuditEvent[]> | readonly AuditEvent[][],
): AsyncGenerator<string> {
  for await (const page of pages)
    yield page.map((event) => `${JSON.stringify(auditEventView(event))}\n`).join("");
}
