import type { Queries } from "../../../core/ports.ts";
import type { FoundService, ServiceLogEntry, SessionService } from "../../../core/turns/index.ts";
import { lockLease } from "../lease.ts";
import { type Query, query, raw } from "../query.ts";
import type { Sql } from "../sql.ts";
import { sessionServices } from "./service-table.ts";

/** Bytes that count for an entry in addition to its text, so that small entries also have a limit. */
const entryBytes = 64;
/** Part of a full log that remains, so that not every report removes entries. */
const keptPart = 7 / 8;

export function serviceQueries(sql: Sql): Queries["services"] {
  return {
    async begin(lease, sandboxId, services) {
      const { sessionId } = lease;
      await sql.rows(query`select ${lockLease(lease)}`);
      await sql.rows("delete from session_service_logs where session_id = $1", [sessionId]);
      await sql.rows("delete from session_services where session_id = $1 and name <> all($2::text[])", [
        sessionId,
        services.map(({ name }) => name),
      ]);
      const rows = services.map((service, position) => ({ sessionId, sandboxId, position, ...service }));
      await sql.rows(query`
        insert into session_services (${sessionServices.names}) select * from ${sessionServices.unnest(rows)}
        on conflict (session_id, name) do update set ${replaced}, log_start_seq = session_services.log_seq,
          log_bytes = 0`);
    },

    async stopLost(lease, at) {
      const { sessionId } = lease;
      await sql.rows(query`
        update session_services set ${sessionServices.set({ state: "stopped", changedAt: at })} from ${lockLease(lease)}
        where session_id = ${sessionId} and state in ('starting', 'ready')
          and not exists (select from warm_sandboxes where session_id = ${sessionId})`);
    },

    async report({ sessionId, sandboxId, name }, { change, entries }, maxLogBytes) {
      const changed: Query = change === null ? raw("") : query`${sessionServices.set(change)},`;
      const [service] = await sql.rows<{ bytes: number }>(query`
        with service as (
          update session_services set ${changed} log_seq = log_seq + ${entries.length},
            log_bytes = log_bytes + (
              select coalesce(sum(octet_length(text) + ${entryBytes}::integer), 0)::integer
              from unnest(${entries}::text[]) as entry (text))
          where session_id = ${sessionId} and name = ${name} and sandbox_id = ${sandboxId}
          returning session_id, name, log_seq, log_bytes
        ), added as (
          insert into session_service_logs (session_id, name, seq, text)
          select session_id, name, log_seq - ${entries.length}::integer + number, text
          from service, unnest(${entries}::text[]) with ordinality as entry (text, number)
        )
        select log_bytes as bytes from service`);
      if (service === undefined) return false;
      if (service.bytes > maxLogBytes)
        await sql.rows(query`
          with sized as (
            select seq, octet_length(text) + ${entryBytes}::integer as bytes,
              sum(octet_length(text) + ${entryBytes}::integer) over (order by seq desc) as total
            from session_service_logs where session_id = ${sessionId} and name = ${name}
          ), removed as (
            delete from session_service_logs log using sized
            where log.session_id = ${sessionId} and log.name = ${name} and log.seq = sized.seq
              and sized.total > ${Math.floor(maxLogBytes * keptPart)}::integer
            returning sized.bytes
          )
          update session_services set log_bytes = log_bytes - (select coalesce(sum(bytes), 0) from removed)::integer
          where session_id = ${sessionId} and name = ${name} and sandbox_id = ${sandboxId}`);
      return true;
    },

    list: (sessionId) =>
      sql.rows<SessionService>(
        `select ${listed.without("sandboxId").columns}, ${shown}
         from session_services, ${sandboxOf("$1")} where session_id = $1 order by position`,
        [sessionId],
      ),

    async find(sessionId, name) {
      const [row] = await sql.rows<FoundService>(
        `select ${listed.columns}, ${shown}, log_start_seq as "logStartSeq"
         from session_services, ${sandboxOf("$1")} where session_id = $1 and name = $2`,
        [sessionId, name],
      );
      return row ?? null;
    },

    readLog: (sessionId, name, { afterSeq, limit }) =>
      sql.rows<ServiceLogEntry>(
        `select seq, text from session_service_logs where session_id = $1 and name = $2 and seq > $3
         order by seq limit $4`,
        [sessionId, name, afterSeq, limit],
      ),
  };
}

const listed = sessionServices.without("sessionId", "position", "state", "changedAt");

const replaced = raw(
  sessionServices.described
    .map(({ name }) => name)
    .filter((name) => name !== "session_id" && name !== "name")
    .map((name) => `${name} = excluded.${name}`)
    .join(", "),
);

/**
 * Returns whether a session has a sandbox: it has one only during a turn, or while a worker keeps it. A worker that died
 * has not reported that its services stopped.
 */
const sandboxOf = (sessionId: string) => `(
  select exists (select from turns where session_id = ${sessionId} and status = 'running')
      or exists (select from warm_sandboxes where session_id = ${sessionId}) as "exists",
    (select max(ended_at) from turns where session_id = ${sessionId}) as ended_at) sandbox`;

const isLost = `state in ('starting', 'ready') and not sandbox."exists"`;
const shown = `case when ${isLost} then 'stopped' else state end as state,
  case when ${isLost} then greatest(changed_at, sandbox.ended_at) else changed_at end as "changedAt"`;
