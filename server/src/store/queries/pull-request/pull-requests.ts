import type { ListedPullRequest, PullRequest, PullRequestFilter } from "../../../core/forges/index.ts";
import type { Queries } from "../../../core/ports.ts";
import { lockLease } from "../lease.ts";
import { Conditions, rowsToRead, toPage } from "../page.ts";
import { query, raw } from "../query.ts";
import { visibleTo } from "../session/session-conditions.ts";
import { containing, type Sql } from "../sql.ts";
import { storableJson } from "../storable.ts";
import { addInbox, approved, returned } from "./inbox-conditions.ts";
import { pullRequests } from "./pull-request-table.ts";

/** Updates the columns that the forge provides, and resets the checks if the head has changed. */
const updatedColumns = `external_id = excluded.external_id, url = excluded.url, title = excluded.title, body = excluded.body,
  status = excluded.status, is_draft = excluded.is_draft, head_branch = excluded.head_branch,
  base_branch = excluded.base_branch, head_sha = excluded.head_sha, is_from_fork = excluded.is_from_fork,
  mergeability = excluded.mergeability, author = coalesce(excluded.author, pull_requests.author),
  merged_at = excluded.merged_at, forge_updated_at = excluded.forge_updated_at, updated_at = excluded.updated_at,
  checks = case when pull_requests.head_sha = excluded.head_sha then pull_requests.checks
    else '{"state": "none", "failed": []}' end`;

export function pullRequestQueries(sql: Sql): Queries["pullRequests"] {
  const findOne = async (condition: string, values: readonly unknown[]) => {
    const [row] = await sql.rows<PullRequest>(
      `select ${pullRequests.columns} from pull_requests where ${condition}`,
      values,
    );
    return row ?? null;
  };

  return {
    async save(lease, pullRequest) {
      await sql.rows(query`
        insert into pull_requests (${pullRequests.names})
        select ${pullRequests.values(pullRequest)} from ${lockLease(lease)}
        on conflict (repository_id, number) do update set ${raw(updatedColumns)}, session_id = excluded.session_id,
          additions = excluded.additions, deletions = excluded.deletions`);
    },

    async setBody(lease, id, { body, at }) {
      const rows = await sql.rows(query`
        update pull_requests set body = ${body} from ${lockLease(lease)}
        where id = ${id} and forge_updated_at <= ${at} returning id`);
      // PostgreSQL may not check the lease if no row matches.
      if (rows.length === 0) await sql.rows(query`select ${lockLease(lease)}`);
    },

    async observe(pullRequest) {
      const rows = await sql.rows(query`
        insert into pull_requests (${pullRequests.names}) values (${pullRequests.values(pullRequest)})
        on conflict (repository_id, number) do update set ${raw(updatedColumns)}
          where pull_requests.forge_updated_at <= excluded.forge_updated_at
        returning id`);
      return rows.length > 0;
    },

    find: (organizationId, id) => findOne("organization_id = $1 and id = $2", [organizationId, id]),

    findByNumber: (repositoryId, number) =>
      findOne("repository_id = $1 and number = $2", [repositoryId, number]),

    async openWithHead(repositoryId, headSha) {
      const rows = await sql.rows<PullRequest>(
        `select ${pullRequests.columns} from pull_requests
         where repository_id = $1 and head_sha = $2 and status = 'open' order by id desc limit 100`,
        [repositoryId, headSha],
      );
      return rows;
    },

    async lockReviewers(id) {
      const [row] = await sql.rows<Pick<PullRequest, "reviewers">>(
        "select reviewers from pull_requests where id = $1 for update",
        [id],
      );
      return row?.reviewers ?? null;
    },

    async setReviewers(id, reviewers) {
      await sql.rows("update pull_requests set reviewers = $2 where id = $1", [id, storableJson(reviewers)]);
    },

    async setChecks(id, headSha, checks) {
      await sql.rows("update pull_requests set checks = $3 where id = $1 and head_sha = $2", [
        id,
        headSha,
        checks,
      ]);
    },

    async takeCheckFix(id, headSha, maxRounds) {
      const rows = await sql.rows(
        `insert into check_fixes (pull_request_id, head_sha)
         select $1, $2 where (select count(*) from check_fixes where pull_request_id = $1) < $3
         on conflict do nothing returning head_sha`,
        [id, headSha, maxRounds],
      );
      return rows.length > 0;
    },

    async ofSession(sessionId) {
      const rows = await sql.rows<PullRequest>(
        `select ${pullRequests.columns} from pull_requests where session_id = $1 order by id`,
        [sessionId],
      );
      return rows;
    },

    async list(organizationId, page) {
      // IDs are in order of creation.
      const order = page.sortBy === "updatedAt" ? ["updated_at", "id"] : ["id"];
      const where = conditionsOf(organizationId, page).addWhenSet(
        `(${order.join(", ")}) < (select ${order.join(", ")} from pull_requests where id = $)`,
        page.cursor,
      );
      const run = page.search === undefined ? sql.rows : sql.rowsWithFreshPlan;
      const [viewer, limit] = [where.value(page.viewerUserId), where.value(rowsToRead(page))];
      const rows = await run<ListedPullRequest>(
        `select ${listed.columns}, ${repositoryLabel} as repository, ${sessionSeenBy(viewer)} as session
         from pull_requests where ${where.text}
         order by ${order.map((column) => `${column} desc`).join(", ")} limit ${limit}`,
        where.values,
      );
      return toPage(rows, page);
    },

    async count(organizationId, filter) {
      const where = conditionsOf(organizationId, filter);
      const run = filter.search === undefined ? sql.rows : sql.rowsWithFreshPlan;
      const [row] = await run<{ count: number }>(
        `select count(*)::int as count from pull_requests where ${where.text}`,
        where.values,
      );
      return row!.count;
    },
  };
}

const listed = pullRequests.without(
  "organizationId",
  "isFromFork",
  "mergeability",
  "checks",
  "forgeUpdatedAt",
);

const repositoryLabel = `(select json_build_object('id', r.id, 'forge', r.forge, 'owner', r.owner, 'name', r.name,
    'connectedUrl', r.connected_url, 'defaultBranch', r.default_branch)
  from repositories r where r.id = pull_requests.repository_id)`;

const sessionSeenBy = (viewer: string) =>
  `(select json_build_object('id', s.id, 'title', s.title, 'visibility', s.visibility)
    from sessions s where s.id = pull_requests.session_id and s.organization_id = pull_requests.organization_id
      and s.deleted_at is null and ${visibleTo(viewer, "s")})`;

function conditionsOf(organizationId: string, filter: PullRequestFilter): Conditions {
  const where = new Conditions()
    .add("organization_id = $", organizationId)
    .addWhenSet("status = $", filter.status)
    .addWhenSet("is_draft = $", filter.isDraft)
    .addWhenSet("repository_id = any ($::uuid[])", filter.repositoryIds)
    .addWhenSet("(session_id is not null) = $", filter.hasSession)
    .addWhenSet(isAuthor, filter.authors)
    .addWhenSet(`not ${isAuthor}`, filter.excludedAuthors)
    .addWhenSet(`not (status = 'open' and ${returned} and ${isAuthor})`, filter.excludedReturnedAuthors)
    .addWhenSet(hasReviewer, filter.reviewers)
    .addWhenSet(`not ${hasReviewer}`, filter.excludedReviewers)
    .addWhenSet("created_at > $", filter.createdAfter)
    .addWhenSet("updated_at > $", filter.updatedAfter)
    .addWhenSet("merged_at > $", filter.mergedAfter)
    .addWhenSet("title ilike $", filter.search === undefined ? undefined : containing(filter.search));
  if (filter.decision !== undefined) where.also(decisions[filter.decision]);
  if (filter.inbox !== undefined) addInbox(where, filter.inbox);
  return where;
}

const isOneOf = (id: string, login: string) =>
  `coalesce(${id} = any ($::text[]) or lower(${login}) in (select lower(name) from unnest($::text[]) name), false)`;

/** Matches authors. A session's pull request counts as Tembo's if the forge reports no author. */
const isAuthor = isOneOf(
  "author ->> 'id'",
  "coalesce(author ->> 'login', case when author is null and session_id is not null then 'tembo' end)",
);
const hasReviewer = `exists (select from jsonb_array_elements(reviewers) reviewer
  where ${isOneOf("reviewer -> 'user' ->> 'id'", "reviewer -> 'user' ->> 'login'")})`;

const decisions: Record<NonNullable<PullRequestFilter["decision"]>, string> = {
  changesRequested: returned,
  approved: `${approved} and not ${returned}`,
  needsReview: `not ${approved} and not ${returned}`,
};
