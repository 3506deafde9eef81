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
