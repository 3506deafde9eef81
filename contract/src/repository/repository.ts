import { z } from "zod";
import { cursorQuery, timestamp, uuid } from "../common.ts";

/** A repository, in the shape of `/repository/list`. */
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

/** A repository, in the shape of `/v1/repositories`. */
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
    .describe("Has no effect: repositories are sorted by creation."),
  search: z.string().min(1).max(500).optional(),
  integrationId: uuid.optional(),
  ids: z.union([uuid.transform((id) => [id]), z.array(uuid).min(1).max(100)]).optional(),
  enabled: z
    .enum(["true", "false", "all"])
    .default("true")
    .describe("`false` lists disabled repositories, `all` lists every repository. An extension of Tembo."),
});
export const repositoryList = z.strictObject({ items: z.array(repository), nextCursor: uuid.nullable() });
export type RepositoryList = z.infer<typeof repositoryList>;

const pathSegment = z
  .string()
  .regex(
    /^[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,98}[A-Za-z0-9_-])?$/,
    'Use 1 to 100 letters, digits, "-", "_" and "."; do not start with "." or "-", or end with "."',
  )
  .refine((value) => !value.toLowerCase().endsWith(".git"), 'Remove ".git" from the end');

/** Body of `POST /v1/repositories`, an extension of this server: creates an empty repository on the built-in forge. */
export const repositoryCreateBody = z.strictObject({
  owner: pathSegment,
  name: pathSegment,
  description: z.string().max(1000).optional(),
  baseBranch: z.string().min(1).max(500).optional(),
  isSample: z
    .boolean()
    .optional()
    .describe(
      "True to add the files of a small JavaScript project with a failing test, for a first session.",
    ),
});
export type RepositoryCreateBody = z.infer<typeof repositoryCreateBody>;

/** Body of `PATCH /v1/repositories/{repositoryId}`, an extension of this server. */
export const repositoryUpdateBody = z
  .strictObject({
    enabled: z
      .boolean()
      .describe("True if sessions may use the repository. Enabling it creates its webhook."),
    fixesChecks: z
      .boolean()
      .nullable()
      .describe("True if agents fix failing checks. Null applies the organization's setting."),
    baseBranch: z
      .string()
      .min(1)
      .max(500)
      .nullable()
      .describe("Branch from which sessions start. Null follows the forge's default branch."),
    pullRequestLabels: z
      .array(z.string().min(1).max(100))
      .max(20)
      .describe("Labels that Tembo adds to sessions' pull requests."),
    pullRequestReviewers: z
      .array(z.string().min(1).max(100))
      .max(20)
      .describe(
        "Logins of people whose review Tembo requests on sessions' pull requests. Tembo skips people who cannot review.",
      ),
  })
  .partial()
  .refine((body) => Object.values(body).some((value) => value !== undefined), {
    message: "Send at least one field to change",
  });
export type RepositoryUpdateBody = z.infer<typeof repositoryUpdateBody>;

/** Query of `DELETE /v1/repositories/{repositoryId}`, an extension of this server. */
export const repositoryDeleteQuery = z.object({
  deleteData: z
    .enum(["true", "false"])
    .default("false")
    .describe(
      "Also deletes the git data. If omitted, the data is restored when the repository is created again.",
    ),
});
