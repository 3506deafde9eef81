import type { Queries } from "../../../core/ports.ts";
import type { CardState, OutdatedCard } from "../../../core/sessions/index.ts";
import { Conditions } from "../page.ts";
import { query } from "../query.ts";
import type { Sql } from "../sql.ts";
import { addVisible } from "./session-conditions.ts";
import { type SessionRow, sessions, toSession } from "./session-table.ts";

/** Returns the SQL expression for the epoch of an organization. `organizationId` is a placeholder. */
const epochOf = (organizationId: string) =>
  `coalesce((select e.epoch from session_card_epochs e where e.organization_id = ${organizationId}), 0)`;

/**
 * Returns the SQL expression for the current item of a session, or null. The statement joins its card as `card`. All
 * that makes an item outdated is visible in the same snapshot as the changes themselves.
 */
export const currentItem = (sessionId: string, organizationId: string, format: string) => `
  case when card.format = ${format} and card.epoch = ${epochOf(organizationId)}
    and not exists (select from session_card_changes change where change.session_id = ${sessionId})
  then card.item end`;

type OutdatedRow = SessionRow & { readonly [Field in keyof CardState as `card_${Field}`]: CardState[Field] };

export function sessionCardQueries(sql: Sql): Queries["sessionCards"] {
  const read = async (organizationId: string, ids: readonly string[], viewerUserId: string | undefined) => {
    const where = new Conditions()
      .add("sessions.organization_id = $", organizationId)
      .add("sessions.id = any ($::uuid[])", ids)
      .also("sessions.deleted_at is null");
    addVisible(where, viewerUserId);
    return sql.rows<OutdatedRow>(
      `select ${sessions.columnsOf("sessions")}, card.version::text as card_version,
         ${epochOf("$1")}::text as card_epoch,
         array(select id::text from session_card_changes where session_id = sessions.id) as card_changes
       from sessions left join session_cards card on card.session_id = sessions.id where ${where.text}`,
      where.values,
    );
  };

  return {
    async readOutdated(organizationId, ids, viewerUserId) {
      let rows = await read(organizationId, ids, viewerUserId);
      const unknown = rows.filter(({ card_version }) => card_version === null).map(({ id }) => id);
      if (unknown.length > 0) {
        // In a statement of its own, so that the deletion of a session, which deletes its card, finds each card for which
        // an item is stored. Sorted, so that two processes that insert the same cards do not wait for each other.
        await sql.rows(
          `insert into session_cards (session_id)
           select id from unnest($1::uuid[]) as one (id)
           where not exists (select from session_cards where session_id = one.id)
           order by id on conflict do nothing`,
          [unknown],
        );
        rows = await read(organizationId, ids, viewerUserId);
      }
      return rows.filter(({ card_version }) => card_version !== null).map(toOutdated);
    },

    async save(format, cards) {
      const ids = cards.map(({ id }) => id);
      const versions = cards.map(({ state }) => state.version);
      const epochs = cards.map(({ state }) => state.epoch);
      const items = cards.map(({ item }) => item);
      const changes = cards.flatMap(({ state }) => state.changes);
      await sql.rows(query`
        with given as (
          select * from unnest(${ids}::uuid[], ${versions}::bigint[], ${epochs}::bigint[], ${items}::text[])
            as one (session_id, version, epoch, item)
        ), locked as (
          select card.session_id from session_cards card join given using (session_id)
          where card.version = given.version for no key update of card skip locked
        ), included as (
          select change.id from session_card_changes change join locked using (session_id)
          where change.id = any (${changes}::bigint[]) for update of change skip locked
        ), cleared as (
          delete from session_card_changes where id in (select id from included)
        )
        update session_cards card set version = card.version + 1, format = ${format}, epoch = given.epoch, item = given.item
        from given join locked using (session_id) where card.session_id = given.session_id`);
    },
  };
}

function toOutdated({ card_version, card_epoch, card_changes, ...row }: OutdatedRow): OutdatedCard {
  return {
    session: toSession(row),
    state: { version: card_version, epoch: card_epoch, changes: card_changes },
  };
}
