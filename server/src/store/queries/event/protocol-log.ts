import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import type { Clock, RowBytes } from "../../../core/base/index.ts";
import type { Queries } from "../../../core/ports.ts";
import { lockLease } from "../lease.ts";
import { query } from "../query.ts";
import type { Sql } from "../sql.ts";

const compress = promisify(gzip);
const decompress = promisify(gunzip);
/** Maximum size of a decompressed piece. Pieces are far smaller, and this server wrote them itself. */
const maxPieceBytes = 64 * 1024 * 1024;

export function protocolLogQueries(sql: Sql, clock: Clock): Queries["protocolLog"] {
  return {
    async append(lease, piece, keep) {
      const { turnId, attempt } = lease;
      const { bytes, blobId } = await keep(await compress(piece));
      await sql.rows(query`
        insert into turn_protocol_log (turn_id, attempt, seq, bytes, blob_id, created_at)
        select ${turnId}, ${attempt}, (
            select coalesce(max(seq), 0) + 1 from turn_protocol_log
            where turn_id = ${turnId} and attempt = ${attempt}),
          ${bytes}, ${blobId}, ${clock.now()}
        from ${lockLease(lease)}`);
    },

    async *read(sessionId, turnNumber, load) {
      let after: readonly [number, number, number] = [turnNumber ?? 0, 0, 0];
      while (true) {
        const [row] = await sql.rows<RowBytes & PieceRow>(
          `select turns.number, log.attempt, log.seq, log.bytes, log.blob_id as "blobId"
           from turn_protocol_log log join turns on turns.id = log.turn_id
           where turns.session_id = $1 and (turns.number, log.attempt, log.seq) > ($2, $3, $4)
             and ($5::integer is null or turns.number = $5)
           order by turns.number, log.attempt, log.seq limit 1`,
          [sessionId, ...after, turnNumber],
        );
        if (row === undefined) return;
        after = [row.number, row.attempt, row.seq];
        yield (await decompress(await load(row), { maxOutputLength: maxPieceBytes })).toString("utf8");
      }
    },

    async deleteBefore(at) {
      const rows = await sql.rows("delete from turn_protocol_log where created_at < $1 returning seq", [at]);
      return rows.length;
    },
  };
}

interface PieceRow {
  readonly number: number;
  readonly attempt: number;
  readonly seq: number;
}
