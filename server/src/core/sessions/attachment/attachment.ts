/** A file or picture that people give to an agent with their words. Uploaded once, then named by messages. */
export interface Attachment {
  readonly id: string;
  readonly organizationId: string;
  /** Of its bytes, in hex: where they lie. */
  readonly sha256: string;
  /** A file's name, without folders. */
  readonly name: string;
  /** Found in the bytes where they are a picture, else `application/octet-stream` or what the client said. */
  readonly mediaType: string;
  readonly sizeBytes: number;
  readonly createdAt: Date;
}
