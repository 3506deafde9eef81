import { z } from "zod";
import { artifactType } from "../artifact/artifact.ts";
import { cursorQuery, queryBoolean, queryList, uuid } from "../common.ts";
import { session } from "./session.ts";
import { legacyStatus as sessionStateName } from "./session-status.ts";
import { sessionSource } from "./session-write.ts";

const text = z.string().min(1).max(500);
const search = z.string().min(1).max(1_000);

export const sessionPageQuery = z.object({
  cursor: z
    .string()
    .max(500)
    .optional()
    .describe("The `nextCursor` of the previous page, sent with the same filters."),
  limit: cursorQuery.shape.limit,
  agentId: uuid.optional(),
  attemptGroupId: uuid
    .optional()
    .describe("Lists the attempts at one task, by the `attempt.groupId` of each. An extension of Tembo."),
  createdAfter: z.iso.datetime({ offset: true }).optional(),
  createdBy: queryList(text).optional().describe("IDs of users."),
  excludePinned: queryBoolean.optional(),
  externalIds: queryList(z.string().min(1).max(2_000))
    .optional()
    .describe("URLs of the issues and pull requests from which sessions were started."),
  harnesses: queryList(text).optional().describe("Names of harnesses. An extension of Tembo."),
  hasProject: queryBoolean.optional(),
  includeArchived: queryBoolean.default(true).describe("`false` excludes archived sessions."),
  includeTotal: queryBoolean
    .default(false)
    .describe("Adds `totalCount`. The count stops at 10,000, and at 200 for a search."),
  needsYou: queryBoolean
    .optional()
    .describe(
      "True for sessions with a reason in `attention`: failed ones, and those that wait for a permission, an answer or the approval of a plan. An extension of Tembo.",
    ),
  pinned: queryBoolean
    .optional()
    .describe("`true` lists only pinned sessions, `false` only the others. An extension of Tembo."),
  participant: queryList(text)
    .optional()
    .describe("IDs or logins of people who created the session or sent it a message."),
  pendingReviewerKeys: queryList(text)
    .optional()
    .describe(
      "Logins or forge IDs of people whose review is requested on one of the session's open pull requests.",
    ),
  projectIds: queryList(text).optional(),
  pullRequestStatuses: queryList(z.enum(["open", "merged", "closed"])).optional(),
  repositoryIds: queryList(text).optional(),
  search: search
    .optional()
    .describe(
      "Beginnings of words in the title, prompt or messages. Returns the best matches first, among the newest 200.",
    ),
  sortBy: z.enum(["lastQueuedAt", "createdAt", "updatedAt"]).default("lastQueuedAt"),
  sourceIds: queryList(text).optional(),
  sourceTypes: queryList(text).optional(),
  state: z
    .enum(["all", "active", "archived"])
    .default("all")
    .describe("`active` lists only sessions that are not archived, whatever the state of their work."),
  states: queryList(sessionStateName)
    .optional()
    .describe(
      "States of the work. `draft` stands for sessions that wait for their first message. An extension of Tembo.",
    ),
});
export type SessionPageQuery = z.infer<typeof sessionPageQuery>;

const sourceInList = session.shape.sessionSource.extend({
  repositories: z.array(z.strictObject({ id: uuid })),
});

export const sessionListItem = session
  .omit({
    mcpServers: true,
    description: true,
    htmlUrl: true,
    externalUrl: true,
    artifactType: true,
    baseBranch: true,
    branchName: true,
    targetBranch: true,
    mode: true,
    runsOn: true,
    sandboxSize: true,
    snapshotId: true,
    sessionType: true,
  })
  .extend({
    sessionSource: sourceInList,
    artifacts: z.array(
      z.strictObject({
        id: uuid,
        type: artifactType,
        pullRequests: z.array(
          z.strictObject({
            id: uuid,
            url: z.url(),
            status: z.enum(["open", "merged", "closed"]),
            isDraft: z.boolean(),
            agent: z.string().nullable(),
            codeRepository: z.strictObject({ id: uuid, provider: z.string() }).nullable(),
          }),
        ),
      }),
    ),
  });
export type SessionListItem = z.infer<typeof sessionListItem>;

export const sessionPage = z.strictObject({
  items: z.array(sessionListItem),
  nextCursor: z.string().nullable(),
  totalCount: z.int().min(0).optional(),
});
export type SessionPage = z.infer<typeof sessionPage>;

export const sessionSourceQuery = cursorQuery.extend({
  enabled: queryBoolean.optional(),
  includeTotal: queryBoolean.default(false),
  integrationId: uuid.optional(),
  search: search.optional(),
  sessionId: uuid.optional().describe("Limits the list to this session's source."),
  types: queryList(text).optional(),
});
export type SessionSourceQuery = z.infer<typeof sessionSourceQuery>;
export const sessionSourceList = z.strictObject({
  items: z.array(sessionSource),
  nextCursor: uuid.nullable(),
  totalCount: z.int().min(0).optional(),
});
export type SessionSourceList = z.infer<typeof sessionSourceList>;
export const sessionSourceParams = z.object({ sourceId: uuid });
