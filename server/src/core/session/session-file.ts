import { isUtf8 } from "node:buffer";
import { AppError } from "../errors.ts";
import type { Ports } from "../ports/index.ts";

/** A file that a session has: an attachment of its messages, or what was uploaded from its workspace. */
export interface SessionFile {
  /** Of the attachment or the artifact. */
  readonly id: string;
  readonly sessionId: string;
  /** An attachment's lies below HOME of the sandbox; an upload's is as it was named. */
  readonly path: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** Where its bytes are kept. */
export type SessionFileSource =
  | { readonly kind: "attachment"; readonly sha256: string; readonly mediaType: string }
  | { readonly kind: "artifact"; readonly contentType: string | null };

/** A file with its content: a text as it is, all else as a `data:` URL. Throws `not_found`. */
export async function readSessionFile(
  { store, attachmentFiles }: Pick<Ports, "store" | "attachmentFiles">,
  session: { readonly id: string; readonly organizationId: string },
  id: string,
): Promise<{ readonly file: SessionFile; readonly content: string }> {
  const found = await store.sessionFiles.find(session.id, id);
  if (found === null) throw new AppError("not_found", `The session has no file ${id}.`);
  const { file, source } = found;
  if (source.kind === "attachment") {
    const bytes = await attachmentFiles.read(source.sha256);
    return { file, content: contentOf(bytes, source.mediaType) };
  }
  const bytes = await store.artifacts.readFile(session.organizationId, id);
  if (bytes === null) throw new AppError("not_found", `The session has no file ${id}.`);
  return { file, content: contentOf(bytes, source.contentType ?? "application/octet-stream") };
}

function contentOf(bytes: Buffer, mediaType: string): string {
  if (isUtf8(bytes)) return bytes.toString("utf8");
  return `data:${mediaType};base64,${bytes.toString("base64")}`;
}
