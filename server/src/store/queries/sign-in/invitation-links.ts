import type { InvitationLink } from "../../../core/accounts/index.ts";
import type { Queries } from "../../../core/ports.ts";
import type { Sql } from "../sql.ts";
import { invitationLinks } from "./sign-in-table.ts";

const { columns } = invitationLinks.without("tokenHash");

export function invitationLinkQueries(sql: Sql): Queries["invitationLinks"] {
  return {
    async save({ organizationId, memberId, expiresAt }, tokenHash, now) {
      await sql.rows(
        `delete from invitation_links where expires_at <= $1
           or (organization_id = $2 and member_id is not distinct from $3 and token_hash <> $4)`,
        [now, organizationId, memberId, tokenHash],
      );
      await sql.rows(
        `insert into invitation_links (token_hash, organization_id, member_id, expires_at) values ($1, $2, $3, $4)
         on conflict ((member_id is null)) where member_id is null
           do update set token_hash = excluded.token_hash, expires_at = excluded.expires_at`,
        [tokenHash, organizationId, memberId, expiresAt],
      );
    },

    async find(tokenHash, now) {
      const [link] = await sql.rows<InvitationLink>(
        `select ${columns} from invitation_links where token_hash = $1 and expires_at > $2`,
        [tokenHash, now],
      );
      return link ?? null;
    },

    async take(tokenHash, now) {
      const [link] = await sql.rows<InvitationLink>(
        `delete from invitation_links where token_hash = $1 and expires_at > $2 returning ${columns}`,
        [tokenHash, now],
      );
      return link ?? null;
    },
  };
}
