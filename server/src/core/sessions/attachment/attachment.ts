/** A file or picture that a person uploads once and that messages can then refer to. */
export interface Attachment {
  readonly id: string;
  readonly organizationId: string;
  /** SHA-256 of the bytes, in hex. */
  readonly sha256: string;
  /** ID of the blob with the bytes, or null if the data folder of an earlier version has lost them. */
  readonly blobId: string | null;
  /** File name without folders. */
  readonly name: string;
  /**
   * Media type. For a picture, it is detected from the bytes. For other files, it is the type that the client sent, or
   * `application/octet-stream` if that type is missing, invalid or an image type.
   */
  readonly mediaType: string;
  readonly sizeBytes: number;
  readonly createdAt: Date;
}
