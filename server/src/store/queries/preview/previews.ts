import type { Queries } from "../../../core/ports.ts";
import type { Preview, PreviewShare } from "../../../core/turns/index.ts";
import { query } from "../query.ts";
import type { Sql } from "../sql.ts";
import { previewShares, previews } from "./preview-table.ts";

export function previewQueries(sql: Sql): Queries["previews"] {
  return {
    list: (sessionId) =>
      sql.rows<Preview>(`select ${previews.columns} from previews where session_id = $1 order by port`, [
        sessionId,
      ]),

    async find(sessionId, id) {
      const [row] = await sql.rows<Preview>(
        `select ${previews.columns} from previews where session_id = $1 and id = $2`,
        [sessionId, id],
      );
      return row ?? null;
    },

    async findByHost(hostLabel) {
      const [row] = await sql.rows<Preview>(
        `select ${previews.columns} from previews where host_label = $1`,
        [hostLabel],
      );
      return row ?? null;
    },

    async insert(preview) {
      await sql.rows(query`insert into previews (${previews.names}) values (${previews.values(preview)})`);
    },

    async setName(id, name) {
      await sql.rows("update previews set name = $2 where id = $1", [id, name]);
    },

    async delete(sessionId, id) {
      const rows = await sql.rows("delete from previews where session_id = $1 and id = $2 returning 1", [
        sessionId,
        id,
      ]);
      return rows.length > 0;
    },
  };
}

export function previewShareQueries(sql: Sql): Queries["previewShares"] {
  return {
    list: (previewId, now) =>
      sql.rows<PreviewShare>(
        `select ${previewShares.columns} from preview_shares where preview_id = $1 and expires_at > $2
         order by id desc`,
        [previewId, now],
      ),

    async findByTokenHash(tokenHash, now) {
      const [row] = await sql.rows<PreviewShare>(
        `select ${previewShares.columns} from preview_shares where token_hash = $1 and expires_at > $2`,
        [tokenHash, now],
      );
      return row ?? null;
    },

    async insert(share, tokenHash) {
      await sql.rows("delete from preview_shares where preview_id = $1 and expires_at <= $2", [
        share.previewId,
        share.createdAt,
      ]);
      await sql.rows(query`
        insert into preview_shares (${previewShares.names}, token_hash)
        values (${previewShares.values(share)}, ${tokenHash})`);
    },

    async delete(previewId, id) {
      const rows = await sql.rows(
        "delete from preview_shares where preview_id = $1 and id = $2 returning 1",
        [previewId, id],
      );
      return rows.length > 0;
    },
  };
}
