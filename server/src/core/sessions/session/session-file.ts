/** A session's file: an attachment of its messages, or an artifact that is a file. */
export interface SessionFile {
  /** ID of the attachment or artifact. */
  readonly id: string;
  readonly sessionId: string;
  /**
   * Path of an attachment below the sandbox's HOME. For an artifact, the path given in the upload, or otherwise its
   * file name or title.
   */
  readonly path: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** Location of a file's bytes. */
export type SessionFileSource =
  | { readonly kind: "attachment"; readonly blobId: string | null; readonly mediaType: string }
  | { readonly kind: "artifact"; readonly contentType: string | null };
