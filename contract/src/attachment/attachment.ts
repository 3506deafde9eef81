import { z } from "zod";
import { timestamp, uuid } from "../common.ts";

/** A file or an image for an agent. The upload request sends the file's bytes as its body. */
export const attachment = z.strictObject({
  id: uuid,
  name: z.string(),
  mediaType: z.string(),
  sizeBytes: z.int().positive(),
  sha256: z.string().describe("SHA-256 hash of the bytes, in hexadecimal."),
  createdAt: timestamp,
});
export type Attachment = z.infer<typeof attachment>;

export const attachmentCreateQuery = z.object({
  name: z
    .string()
    .min(1)
    .max(200)
    .default("attachment")
    .describe("File name without folders. The agent finds the file under this name."),
});
export const attachmentParams = z.object({ attachmentId: uuid });
