import type { Attachment } from "./attachment.ts";

export interface AttachmentQueries {
  /**
   * Locks the organization against new attachments until the transaction ends. Returns the total size of the
   * organization's attachments in bytes.
   */
  lockOrganization(organizationId: string): Promise<number>;
  /**
   * Returns the ID of a blob with this content that another attachment of the organization uses, or null. The blob is
   * not removed before the transaction ends.
   */
  findContent(organizationId: string, sha256: string): Promise<string | null>;
  /** Inserts the attachment. `uploadedBy` is the ID of the user who uploaded it. */
  insert(attachment: Attachment, uploadedBy: string | null): Promise<void>;
  /**
   * Returns the attachments that the viewer may see: their own uploads, and attachments of messages in sessions that
   * are visible to them. Without a user, only public sessions are visible.
   */
  findVisible(
    viewer: { readonly organizationId: string; readonly userId: string | null },
    ids: readonly string[],
  ): Promise<Attachment[]>;
  /** Returns the IDs of attachments that were created before `before` and that no message refers to, oldest first. */
  listUnused(before: Date, limit: number): Promise<string[]>;
  /** Deletes those of the attachments that no message refers to. Returns the IDs of their blobs. Needs a transaction. */
  deleteUnused(ids: readonly string[]): Promise<string[]>;
  /** Returns the organizations that have attachments with this content. */
  findOrganizations(sha256: string): Promise<{ readonly id: string; readonly lacksBlob: boolean }[]>;
  /** Sets the blob of the organization's attachments that have this content and no blob. */
  setBlob(organizationId: string, sha256: string, blobId: string): Promise<void>;
}
