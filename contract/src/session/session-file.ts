import { z } from "zod";
import { cursorQuery, timestamp, uuid } from "../common.ts";

/** A session file: a message attachment, or a file uploaded from the workspace. */
export const sessionFile = z.strictObject({
  id: uuid.describe("ID of the attachment or the artifact."),
  sessionId: uuid,
  path: z
    .string()
    .describe("Path below HOME of the sandbox for an attachment. Path in the workspace for an upload."),
  createdAt: timestamp,
  updatedAt: timestamp,
});
export type SessionFile = z.infer<typeof sessionFile>;
export const sessionFileWithContent = sessionFile.extend({
  content: z.string().describe("Text, or a base64 `data:` URL for any other content."),
});
export type SessionFileWithContent = z.infer<typeof sessionFileWithContent>;

export const sessionFileParams = z.object({ sessionId: uuid, fileId: uuid });
export const sessionFileQuery = cursorQuery.extend({
  search: z.string().min(1).max(1_000).optional().describe("Text that the path contains."),
});
export const sessionFileList = z.strictObject({ items: z.array(sessionFile), nextCursor: uuid.nullable() });
export type SessionFileList = z.infer<typeof sessionFileList>;
