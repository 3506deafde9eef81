/** A session's file: an attachment of its messages, or a file uploaded from its workspace. */
export interface SessionFile {
  /** ID of the attachment or artifact. */
  readonly id: string;
  readonly sessionId: string;
  /** Path of an attachment below the sandbox's HOME, or the path given in an upload. */
  readonly path: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** Location of a file's bytes. */
export type SessionFileSource =
  | { readonly kind: "attachment"; readonly sha256: string; readonly mediaType: string }
  | { readonly kind: "artifact"; readonly contentType: string | null };
