import type { Clock } from "../../../core/base/index.ts";
import type { LocalForgeRecords, LocalReaction } from "../../../core/forges/index.ts";
import { query } from "../query.ts";
import type { Sql } from "../sql.ts";
import type { RowOf } from "../table.ts";
import { localRows, orderOf } from "./local-rows.ts";
import { localCommentTable, localReactionTable, localReviewTable } from "./local-table.ts";

export function localConversations(
  sql: Sql,
  clock: Clock,
): Pick<LocalForgeRecords, "comments" | "reviews" | "reactions"> {
  return { comments: comments(sql, clock), reviews: reviews(sql, clock), reactions: reactions(sql, clock) };
}

function comments(sql: Sql, clock: Clock): LocalForgeRecords["comments"] {
  const table = localRows(sql, localCommentTable);
  return {
    insert: async (comment) =>
      (await table.insert({ ...comment, createdAt: clock.now(), updatedAt: clock.now() }))!,
    find: (repositoryId, id) =>
      table.one(query`
        select ${localCommentTable.columns} from local_comments where repository_id = ${repositoryId} and id = ${id}`),
    update: (repositoryId, id, body) => table.update({ repositoryId, id }, { body, updatedAt: clock.now() }),
    async resolve(repositoryId, id, by) {
      await table.update({ repositoryId, id }, { resolvedBy: by, resolvedAt: by && clock.now() });
    },
    list: (repositoryId, number, { kind, reviewId, ...page }) =>
      table.list({ repositoryId, number, kind, reviewId }, "id", page),
    ofRepository: (repositoryId, { kind, since, skip, limit, ...order }) =>
      table.many(
        query`select ${localCommentTable.columns} from local_comments
          where repository_id = ${repositoryId} and kind = ${kind}
            and (${since ?? null}::timestamptz is null or updated_at >= ${since ?? null})
          order by ${orderOf(order, "id")} offset ${skip} limit ${limit}`,
      ),
    latest: async (repositoryId, number, limit) =>
      (await table.list({ repositoryId, number }, "id desc", { skip: 0, limit })).reverse(),
    count: async (repositoryId, number) =>
      (
        await sql.rows<{ comment: number; inline: number }>(
          `select count(*) filter (where kind = 'comment')::integer as comment,
             count(*) filter (where kind = 'inline')::integer as inline
           from local_comments where repository_id = $1 and number = $2`,
          [repositoryId, number],
        )
      )[0]!,
  };
}

function reviews(sql: Sql, clock: Clock): LocalForgeRecords["reviews"] {
  const table = localRows(sql, localReviewTable);
  return {
    insert: async (review) => (await table.insert({ ...review, submittedAt: clock.now() }))!,
    find: (repositoryId, id) =>
      table.one(query`
        select ${localReviewTable.columns} from local_reviews where repository_id = ${repositoryId} and id = ${id}`),
    update: (repositoryId, id, body) => table.update({ repositoryId, id }, { body }),
    list: (repositoryId, number, page) => table.list({ repositoryId, number }, "id", page),
  };
}

function reactions(sql: Sql, clock: Clock): LocalForgeRecords["reactions"] {
  const table = localRows(sql, localReactionTable, { isUnique: true });
  return {
    async add(reaction) {
      const userId = reaction.author.id;
      const made = await table.insert({ ...reaction, userId, createdAt: clock.now() });
      if (made !== null) return { reaction: shown(made), isNew: true };
      const { repositoryId, subject, subjectId, content } = reaction;
      const [known] = await table.list({ repositoryId, subject, subjectId, userId, content }, "id", {
        skip: 0,
        limit: 1,
      });
      return { reaction: shown(known!), isNew: false };
    },
    list: async (repositoryId, subject, subjectId, page) =>
      (await table.list({ repositoryId, subject, subjectId }, "id", page)).map(shown),
  };
}

/** Omits the author's ID, a column that exists only to make reactions unique. */
const shown = ({ userId: _, ...reaction }: RowOf<typeof localReactionTable>): LocalReaction => reaction;
