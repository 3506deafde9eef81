import { z } from "zod";

/**
 * Contents of repositories. These operations are extensions of this server. They read the server's own copy of each
 * repository.
 */

const ref = z
  .string()
  .min(1)
  .max(1000)
  .optional()
  .describe("A branch, a tag or the full ID of a commit. Defaults to the branch from which sessions start.");
const path = (what: string) => z.string().min(1).max(4096).describe(`${what} Uses "/" as the separator.`);
const cursor = z.string().min(1).max(2000).optional();
const isStale = z
  .boolean()
  .describe("True if the forge did not respond. The data is then from the last fetch.");
const commit = z.string().describe("ID of the commit that was read.");

export const repositoryBranchListQuery = z.object({
  search: z.string().min(1).max(500).optional(),
  cursor,
  limit: z.coerce.number().int().min(1).max(100).default(50),
});
export const repositoryBranch = z.strictObject({
  name: z.string(),
  sha: z.string(),
  isBase: z.boolean().describe("True if sessions start from this branch."),
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
  path: path("Path of the folder. Defaults to the root.").optional(),
  search: z
    .string()
    .min(1)
    .max(500)
    .optional()
    .describe(
      "Lists the files below the folder whose path contains this text, best match first. Ignores case.",
    ),
  cursor,
  limit: z.coerce.number().int().min(1).max(1000).default(100),
});
const kind = z.enum(["file", "folder", "link", "submodule"]);
export const repositoryTreeEntry = z.strictObject({
  path: z.string(),
  name: z.string(),
  kind,
  mode: z.string().describe("File mode as in git, such as `100644`."),
  sha: z.string().describe("ID of the object. For a submodule, the ID of its commit."),
  sizeBytes: z.int().min(0).nullable().describe("Set for files and links."),
});
export type RepositoryTreeEntry = z.infer<typeof repositoryTreeEntry>;
export const repositoryTreeList = z.strictObject({
  ref: z.string(),
  commit: commit.nullable().describe("Null for a repository without commits."),
  path: z.string(),
  items: z.array(repositoryTreeEntry),
  nextCursor: z.string().nullable(),
  isCut: z
    .boolean()
    .describe(
      "True if there may be more entries than Tembo reads. Narrow the request with `path` or `search`.",
    ),
  isStale,
});
export type RepositoryTreeList = z.infer<typeof repositoryTreeList>;

export const repositoryFileRetrieveQuery = z.object({ ref, path: path("Path of the file.") });
export const repositoryFile = z.strictObject({
  ref: z.string(),
  commit,
  path: z.string(),
  kind: kind.exclude(["folder"]),
  mode: z.string(),
  sha: z.string(),
  sizeBytes: z.int().min(0).nullable(),
  content: z.string().nullable().describe("Text of the file, or target of the link."),
  leftOut: z
    .enum(["binary", "tooLarge", "submodule"])
    .nullable()
    .describe("Reason why there is no content. The maximum size is 1 MiB."),
  isStale,
});
export type RepositoryFile = z.infer<typeof repositoryFile>;
