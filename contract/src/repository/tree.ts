import { z } from "zod";

/**
 * The contents of repositories. These operations are extensions of this server; they read its own copy of each
 * repository.
 */

const ref = z
  .string()
  .min(1)
  .max(1000)
  .optional()
  .describe("A branch, a tag or the full id of a commit; the branch that sessions start from without it.");
const path = (most: string) =>
  z.string().min(1).max(4096).describe(`Steps with "/" between, as git has them: ${most}`);
const cursor = z.string().min(1).max(2000).optional();
const isStale = z
  .boolean()
  .describe("The forge did not answer just now: this is how it was when it was last fetched.");
const commit = z.string().describe("The id of the commit that was read.");

export const repositoryBranchListQuery = z.object({
  search: z.string().min(1).max(500).optional(),
  cursor,
  limit: z.coerce.number().int().min(1).max(100).default(50),
});
export const repositoryBranch = z.strictObject({
  name: z.string(),
  sha: z.string(),
  isBase: z.boolean().describe("Sessions start from it."),
});
export type RepositoryBranch = z.infer<typeof repositoryBranch>;
export const repositoryBranchList = z.strictObject({
  items: z.array(repositoryBranch),
  nextCursor: z.string().nullable(),
  isStale,
});
export type RepositoryBranchList = z.infer<typeof repositoryBranchList>;

export const repositoryTreeListQuery = z.object({
  ref,
  path: path("the folder; the root without it.").optional(),
  search: z
    .string()
    .min(1)
    .max(500)
    .optional()
    .describe("Lists the files below the folder whose path holds this, best first, however it is spelled."),
  cursor,
  limit: z.coerce.number().int().min(1).max(1000).default(100),
});
const kind = z.enum(["file", "folder", "link", "submodule"]);
export const repositoryTreeEntry = z.strictObject({
  path: z.string(),
  name: z.string(),
  kind,
  mode: z.string().describe("As git writes it, such as `100644`."),
  sha: z.string().describe("Of a submodule the commit that it stands at."),
  sizeBytes: z.int().min(0).nullable().describe("Of files and links."),
});
export type RepositoryTreeEntry = z.infer<typeof repositoryTreeEntry>;
export const repositoryTreeList = z.strictObject({
  ref: z.string(),
  commit: commit.nullable().describe("Null for a repository without commits."),
  path: z.string(),
  items: z.array(repositoryTreeEntry),
  nextCursor: z.string().nullable(),
  isCut: z.boolean().describe("There is more than is looked through: narrow it by `path` or `search`."),
  isStale,
});
export type RepositoryTreeList = z.infer<typeof repositoryTreeList>;

export const repositoryFileRetrieveQuery = z.object({ ref, path: path("the file.") });
export const repositoryFile = z.strictObject({
  ref: z.string(),
  commit,
  path: z.string(),
  kind: kind.exclude(["folder"]),
  mode: z.string(),
  sha: z.string(),
  sizeBytes: z.int().min(0).nullable(),
  content: z.string().nullable().describe("The text; of a link where it points to."),
  leftOut: z
    .enum(["binary", "tooLarge", "submodule"])
    .nullable()
    .describe("Why there is no content. A file may have 1 MiB."),
  isStale,
});
export type RepositoryFile = z.infer<typeof repositoryFile>;
