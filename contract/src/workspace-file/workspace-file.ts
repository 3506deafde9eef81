import { z } from "zod";
import { timestamp } from "../common.ts";
import { maxWorkspaceFileBytes, maxWorkspaceFolderPage } from "../limits.ts";

const path = (what: string) => z.string().min(1).max(4096).describe(`${what} Uses "/" as the separator.`);

export const workspaceTreeQuery = z.object({
  path: path("Path of the folder. Defaults to the root of the workspace.").optional(),
  cursor: z.string().min(1).max(4000).optional(),
  limit: z.coerce.number().int().min(1).max(maxWorkspaceFolderPage).default(maxWorkspaceFolderPage),
});

export const workspaceEntry = z.strictObject({
  name: z.string().describe("Name of the entry, which may contain control characters."),
  kind: z
    .enum(["file", "folder", "link", "other"])
    .describe(
      "`other` is an entry that cannot be read, such as a pipe, or one whose name is not UTF-8. Links are not followed.",
    ),
  sizeBytes: z.int().min(0).nullable().describe("Size of a file in bytes. Null for other entries."),
  modifiedAt: timestamp
    .nullable()
    .describe(
      "Time of the last change. Null if the entry was removed meanwhile, or if its year is outside 0 to 9999.",
    ),
});
export type WorkspaceEntry = z.infer<typeof workspaceEntry>;

export const workspaceTree = z.strictObject({
  path: z.string().describe("Path of the folder. Empty for the root of the workspace."),
  items: z.array(workspaceEntry),
  nextCursor: z.string().nullable(),
  isCut: z.boolean().describe("True if the folder has more entries than Tembo reads."),
});
export type WorkspaceTree = z.infer<typeof workspaceTree>;

export const workspaceFileQuery = z.object({ path: path("Path of the file in the workspace.") });

export const workspaceFile = z.strictObject({
  path: z.string(),
  sizeBytes: z.int().min(0),
  modifiedAt: timestamp
    .nullable()
    .describe("Time of the last change. Null if its year is outside 0 to 9999."),
  sha256: z
    .string()
    .nullable()
    .describe("SHA-256 of the content, in hexadecimal. Null if the file is too large."),
  content: z.string().nullable().describe("Text of the file."),
  leftOut: z.enum(["binary", "tooLarge"]).nullable().describe("Reason why there is no content."),
});
export type WorkspaceFile = z.infer<typeof workspaceFile>;

export const workspaceFileUpdateBody = z.strictObject({
  path: path("Path of an existing file in the workspace."),
  content: z.string().max(maxWorkspaceFileBytes).describe("New text of the file."),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .describe("`sha256` of the file when it was read. If the file has changed since, nothing is saved."),
});
export type WorkspaceFileUpdateBody = z.infer<typeof workspaceFileUpdateBody>;

export const savedWorkspaceFile = z.strictObject({
  path: z.string(),
  sha256: z.string().describe("SHA-256 of the new content, in hexadecimal."),
});
export type SavedWorkspaceFile = z.infer<typeof savedWorkspaceFile>;
