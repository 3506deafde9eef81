import { z } from "zod";
import { cursorQuery, timestamp, uuid } from "../common.ts";

/** A repository in the shape of `/repository/list`. */
export const legacyRepository = z.object({
  id: uuid,
  name: z.string(),
  url: z.url().optional(),
  branch: z.string().optional(),
  description: z.string().optional(),
  enabledAt: timestamp,
  createdAt: timestamp,
  updatedAt: timestamp,
  organizationId: uuid,
  integration: z
    .object({
      id: uuid,
      type: z.string(),
      name: z.string(),
      configuration: z.record(z.string(), z.unknown()),
    })
    .optional(),
});
export type LegacyRepository = z.infer<typeof legacyRepository>;
export const legacyRepositoryList = z.object({ codeRepositories: z.array(legacyRepository) });
export type LegacyRepositoryList = z.infer<typeof legacyRepositoryList>;

/** A repository in the shape of `/v1/repositories`. */
export const repository = z.strictObject({
  id: uuid,
  name: z.string(),
  owner: z.string().nullable(),
  url: z.string(),
  description: z.string().nullable(),
  baseBranch: z.string().nullable(),
  targetBranch: z.string().nullable(),
  provider: z.strictObject({ type: z.string(), displayName: z.string(), integrationId: uuid }),
  enabledAt: timestamp.nullable(),
  createdAt: timestamp,
  updatedAt: timestamp,
});
export type Repository = z.infer<typeof repository>;
export const repositoryParams = z.object({ repositoryId: uuid });
export const repositoryListQuery = cursorQuery.extend({
  order: z.enum(["asc", "desc"]).default("desc"),
  sort: z
    .enum(["createdAt", "integration", "name", "pullRequests", "updatedAt"])
    .optional()
    .describe("Has no effect: repositories are listed by creation."),
  search: z.string().min(1).max(500).optional(),
  integrationId: uuid.optional(),
  ids: z.union([uuid.transform((id) => [id]), z.array(uuid).min(1).max(100)]).optional(),
  enabled: z
    .enum(["true", "false", "all"])
    .default("true")
    .describe("Ours: `false` lists those that are disabled, `all` every one."),
});
export const repositoryList = z.strictObject({ items: z.array(repository), nextCursor: uuid.nullable() });
export type RepositoryList = z.infer<typeof repositoryList>;

const pathSegment = (what: string) =>
  z
    .string()
    .regex(
      /^[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,98}[A-Za-z0-9_-])?$/,
      `The ${what} takes 1 to 100 letters, digits, "-", "_" and "."; it neither begins with "." or "-" nor ends with "."`,
    )
    .refine((value) => !value.toLowerCase().endsWith(".git"), `The ${what} may not end with ".git"`);

/** Body of `POST /v1/repositories`, an extension of this server: creates an empty repository on the local forge. */
export const repositoryCreateBody = z.strictObject({
  owner: pathSegment("owner"),
  name: pathSegment("name"),
  description: z.string().max(1000).optional(),
  baseBranch: z.string().min(1).max(500).optional(),
});
export type RepositoryCreateBody = z.infer<typeof repositoryCreateBody>;

/** Body of `PATCH /v1/repositories/{repositoryId}`, an extension of this server. */
export const repositoryUpdateBody = z
  .strictObject({
    enabled: z.boolean().describe("Whether sessions may use it; enabling makes its webhook."),
    fixesChecks: z
      .boolean()
      .nullable()
      .describe("Whether failed checks are worked; null takes the organization's setting."),
    baseBranch: z
      .string()
      .min(1)
      .max(500)
      .nullable()
      .describe("What sessions start from; null follows the forge's default branch."),
    pullRequestLabels: z
      .array(z.string().min(1).max(100))
      .max(20)
      .describe("Of pull requests that sessions open."),
    pullRequestReviewers: z
      .array(z.string().min(1).max(100))
      .max(20)
      .describe("Logins who are asked to review what sessions open; who cannot is left out."),
  })
  .partial()
  .refine((body) => Object.values(body).some((value) => value !== undefined), {
    message: "Give at least one thing to change",
  });
export type RepositoryUpdateBody = z.infer<typeof repositoryUpdateBody>;

/** Query of `DELETE /v1/repositories/{repositoryId}`, an extension of this server. */
export const repositoryDeleteQuery = z.object({
  deleteData: z
    .enum(["true", "false"])
    .default("false")
    .describe("Also deletes its git data. Without it, creating the repository again restores it."),
});
