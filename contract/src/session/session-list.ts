import { z } from "zod";
import { artifactType } from "../artifact/artifact.ts";
import { cursorQuery, queryBoolean, queryList, uuid } from "../common.ts";
import { session, legacyStatus as sessionStateName } from "./session.ts";
import { sessionSource } from "./session-write.ts";

const text = z.string().min(1).max(500);
const search = z.string().min(1).max(1_000);

export const sessionPageQuery = z.object({
  cursor: z.string().max(500).optional().describe("`nextCursor` of the page before, with the same filters."),
  limit: cursorQuery.shape.limit,
  agentId: uuid.optional(),
  createdAfter: z.iso.datetime({ offset: true }).optional(),
  createdBy: queryList(text).optional().describe("Ids of people."),
  excludePinned: queryBoolean.optional(),
  externalIds: queryList(z.string().min(1).max(2_000))
    .optional()
    .describe("Addresses of issues and pull requests that sessions were started from."),
  harnesses: queryList(text).optional().describe("Ours: names of harnesses that work them."),
  hasProject: queryBoolean.optional(),
  includeArchived: queryBoolean.default(true).describe("Nothing is archived here."),
  includeTotal: queryBoolean
    .default(false)
    .describe("`totalCount` is exact up to 10,000, of a search up to 200; more are not counted."),
  needsYou: queryBoolean
    .optional()
    .describe("Ours: true for those that wait for a permission, an answer or a plan's approval, or failed."),
  participant: queryList(text)
    .optional()
    .describe("Ids of people, or logins: who made it or sent it a message."),
  pendingReviewerKeys: queryList(text)
    .optional()
    .describe("Logins or a forge's ids of people whose review an open pull request of it waits for."),
  projectIds: queryList(text).optional(),
  pullRequestStatuses: queryList(z.enum(["open", "merged", "closed"])).optional(),
  repositoryIds: queryList(text).optional(),
  search: search
    .optional()
    .describe("Words of title, prompt and messages, at their beginning; best first, among the newest 200."),
  sortBy: z.enum(["lastQueuedAt", "createdAt", "updatedAt"]).default("lastQueuedAt"),
  sourceIds: queryList(text).optional(),
  sourceTypes: queryList(text).optional(),
  state: z.enum(["all", "active", "archived"]).default("all"),
  states: queryList(sessionStateName)
    .optional()
    .describe("Ours: how their work stands; `draft` for those that wait for a first message."),
});
export type SessionPageQuery = z.infer<typeof sessionPageQuery>;

const sourceInList = session.shape.sessionSource.extend({
  repositories: z.array(z.strictObject({ id: uuid })),
});

/** A session as a row of a list. */
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
    sandboxSize: true,
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
  sessionId: uuid.optional().describe("The source of this session alone."),
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
