import { maxAttachmentBytes } from "@tembo/contract/limits";
import { AppError, loadRowBytes } from "../../base/index.ts";
import { readAttachment } from "../attachment/read-attachment.ts";
import type { SessionsPorts } from "../ports.ts";
import type { SessionFile } from "./session-file.ts";

/**
 * Returns a file with its content, as text if it is valid UTF-8, or otherwise as a `data:` URL. Throws `not_found` if
 * the session has no such file or its bytes no longer exist.
 */
export async function readSessionFile(
  ports: Pick<SessionsPorts, "store" | "blobs">,
  session: { readonly id: string; readonly organizationId: string },
  id: string,
): Promise<{ readonly file: SessionFile; readonly content: string }> {
  const found = await ports.store.sessionFiles.find(session.id, id);
  if (found === null) throw new AppError("not_found", `The session has no file ${id}.`);
  const { file, source } = found;
  if (source.kind === "attachment") {
    const bytes = await readAttachment(ports, { ...session, ...source });
    return { file, content: contentOf(bytes, source.mediaType) };
  }
  const stored = await ports.store.artifacts.findFile(session.organizationId, id);
  if (stored === null) throw new AppError("not_found", `The session has no file ${id}.`);
  const bytes = await loadRowBytes(ports.blobs, session.organizationId, stored, maxAttachmentBytes);
  return { file, content: contentOf(bytes, source.contentType ?? "application/octet-stream") };
}

function contentOf(bytes: Buffer, mediaType: string): string {
  const text = bytes.toString("utf8");
  if (Buffer.from(text, "utf8").equals(bytes)) return text;
  return `data:${mediaType};base64,${bytes.toString("base64")}`;
}
