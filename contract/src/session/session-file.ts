import { z } from "zod";
import { cursorQuery, timestamp, uuid } from "../common.ts";

/** A file of a session: an attachment of a message, or an upload from its workspace. */
export const sessionFile = z.strictObject({
  id: uuid.describe("Of the attachment or the artifact that it is."),
  sessionId: uuid,
  path: z
    .string()
    .describe("An attachment's below HOME of the sandbox, an upload's as it was named in the workspace."),
  createdAt: timestamp,
  updatedAt: timestamp,
});
export type SessionFile = z.infer<typeof sessionFile>;
export const sessionFileWithContent = sessionFile.extend({
  content: z.string().describe("A text as it is; anything else as a `data:` URL in base64."),
});
export type SessionFileWithContent = z.infer<typeof sessionFileWithContent>;

export const sessionFileParams = z.object({ sessionId: uuid, fileId: uuid });
export const sessionFileQuery = cursorQuery.extend({
  search: z.string().min(1).max(1_000).optional().describe("Found in the path."),
});
export const sessionFileList = z.strictObject({ items: z.array(sessionFile), nextCursor: uuid.nullable() });
export type SessionFileList = z.infer<typeof sessionFileList>;
