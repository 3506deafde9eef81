import type { Clock } from "../../../core/base/index.ts";
import type {
  LocalComment,
  LocalForgeRecords,
  LocalReaction,
  LocalReview,
} from "../../../core/forges/index.ts";
import type { Sql } from "../sql.ts";
import { localTable, orderOf } from "./local-rows.ts";

export function localConversations(
  sql: Sql,
  clock: Clock,
): Pick<LocalForgeRecords, "comments" | "reviews" | "reactions"> {
  return { comments: comments(sql, clock), reviews: reviews(sql, clock), reactions: reactions(sql, clock) };
}

function comments(sql: Sql, clock: Clock): LocalForgeRecords["comments"] {
  const table = localTable<LocalComment>(sql, {
    table: "local_comments",
    fields: [
      "id",
      "repositoryId",
      "number",
      "kind",
      "body",
      "author",
      "place",
      "reviewId",
      "replyTo",
      "resolvedAt",
      "resolvedBy",
      "createdAt",
      "updatedAt",
    ],
    json: ["author", "place", "resolvedBy"],
  });
  return {
    insert: async (comment) =>
      (await table.insert({ ...comment, createdAt: clock.now(), updatedAt: clock.now() }))!,
    find: (repositoryId, id) =>
      table.one("select $columns from local_comments where repository_id = $1 and id = $2", [
        repositoryId,
        id,
      ]),
    update: (repositoryId, id, body) => table.update({ repositoryId, id }, { body, updatedAt: clock.now() }),
    async resolve(repositoryId, id, by) {
      await table.update({ repositoryId, id }, { resolvedBy: by, resolvedAt: by && clock.now() });
    },
    list: (repositoryId, number, { kind, reviewId, ...page }) =>
      table.list({ repositoryId, number, kind, reviewId }, "id", page),
    ofRepository: (repositoryId, { kind, since, skip, limit, ...order }) =>
      table.many(
        `select $columns from local_comments
         where repository_id = $1 and kind = $2 and ($3::timestamptz is null or updated_at >= $3)
         order by ${orderOf(order, "id")} offset $4 limit $5`,
        [repositoryId, kind, since ?? null, skip, limit],
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
  const table = localTable<LocalReview>(sql, {
    table: "local_reviews",
    fields: ["id", "repositoryId", "number", "state", "body", "author", "commitSha", "submittedAt"],
    json: ["author"],
  });
  return {
    insert: async (review) => (await table.insert({ ...review, submittedAt: clock.now() }))!,
    find: (repositoryId, id) =>
      table.one("select $columns from local_reviews where repository_id = $1 and id = $2", [
        repositoryId,
        id,
      ]),
    update: (repositoryId, id, body) => table.update({ repositoryId, id }, { body }),
    list: (repositoryId, number, page) => table.list({ repositoryId, number }, "id", page),
  };
}

function reactions(sql: Sql, clock: Clock): LocalForgeRecords["reactions"] {
  const table = localTable<LocalReaction>(sql, {
    table: "local_reactions",
    fields: ["id", "repositoryId", "subject", "subjectId", "content", "author", "createdAt"],
    json: ["author"],
    isUnique: true,
  });
  return {
    async add(reaction) {
      const userId = reaction.author.id;
      const made = await table.insert({ ...reaction, userId, createdAt: clock.now() });
      if (made !== null) return { reaction: made, isNew: true };
      const { repositoryId, subject, subjectId, content } = reaction;
      const [known] = await table.list({ repositoryId, subject, subjectId, userId, content }, "id", {
        skip: 0,
        limit: 1,
      });
      return { reaction: known!, isNew: false };
    },
    list: (repositoryId, subject, subjectId, page) =>
      table.list({ repositoryId, subject, subjectId }, "id", page),
  };
}
