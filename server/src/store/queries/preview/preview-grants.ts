import type { Queries } from "../../../core/ports.ts";
import type { Preview, PreviewHolder } from "../../../core/turns/index.ts";
import { query } from "../query.ts";
import type { Sql } from "../sql.ts";
import type { RowOf } from "../table.ts";
import { previewCodes, previewGrants, previews } from "./preview-table.ts";

const shownCode = previewCodes.without("tokenHash");

export function previewGrantQueries(sql: Sql): Queries["previewGrants"] {
  return {
    async insertCode({ holder, ...code }, tokenHash, { now, maxCodes }) {
      await sql.rows("delete from preview_codes where expires_at <= $1", [now]);
      const rows = await sql.rows(query`
        insert into preview_codes (${previewCodes.names})
        select ${previewCodes.values({ ...code, ...holder, tokenHash })}
        where (
          select count(*) from preview_codes where coalesce(api_key_id, share_id) = ${idOf(holder)}
        ) < ${maxCodes}
        returning 1`);
      return rows.length > 0;
    },

    async takeCode(tokenHash, now) {
      const [row] = await sql.rows<RowOf<typeof shownCode>>(
        `delete from preview_codes where token_hash = $1 and expires_at > $2 returning ${shownCode.columns}`,
        [tokenHash, now],
      );
      if (row === undefined) return null;
      const { apiKeyId, shareId, ...code } = row;
      // The table's check constraint guarantees that exactly one of the two is set.
      return { ...code, holder: { apiKeyId, shareId } as PreviewHolder };
    },

    async insert({ holder, ...grant }, tokenHash, { now, maxGrants }) {
      await sql.rows("delete from preview_grants where expires_at <= $1", [now]);
      await sql.rows(
        `delete from preview_grants where token_hash in (
           select token_hash from preview_grants where preview_id = $1 and coalesce(api_key_id, share_id) = $2
           order by expires_at desc offset $3)`,
        [grant.previewId, idOf(holder), maxGrants - 1],
      );
      await sql.rows(query`
        insert into preview_grants (${previewGrants.names})
        values (${previewGrants.values({ ...grant, ...holder, tokenHash })})`);
    },

    async find(tokenHash, now) {
      const [row] = await sql.rows<FoundRow>(
        `select ${previews.columnsOf("previews")}, api_key_id as "apiKeyId", share_id as "shareId",
           preview_shares.created_by as "sharedBy", preview_shares.expires_at as "shareExpiresAt"
         from preview_grants join previews on previews.id = preview_grants.preview_id
           left join preview_shares on preview_shares.id = share_id
         where preview_grants.token_hash = $1 and preview_grants.expires_at > $2`,
        [tokenHash, now],
      );
      if (row === undefined) return null;
      const { apiKeyId, shareId, sharedBy, shareExpiresAt, ...preview } = row;
      const share =
        shareId === null ? null : { id: shareId, createdBy: sharedBy!, expiresAt: shareExpiresAt! };
      return { preview, apiKeyId, share };
    },
  };
}

const idOf = ({ apiKeyId, shareId }: PreviewHolder) => apiKeyId ?? shareId;

type FoundRow = Preview & {
  readonly apiKeyId: string | null;
  readonly shareId: string | null;
  readonly sharedBy: string | null;
  readonly shareExpiresAt: Date | null;
};
