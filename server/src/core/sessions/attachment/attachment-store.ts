import type { Attachment } from "./attachment.ts";

export interface AttachmentQueries {
  /**
   * Locks the organization against new attachments until the transaction ends. Returns the total size of the
   * organization's attachments in bytes.
   */
  lockOrganization(organizationId: string): Promise<number>;
  /** Locks attachments with this content against additions and removals until the transaction ends. */
  lockContent(sha256: string): Promise<void>;
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
  /** Returns attachments that were created before `before` and that no message refers to, oldest first. */
  listUnused(before: Date, limit: number): Promise<{ readonly id: string; readonly sha256: string }[]>;
  /**
   * Deletes the attachment unless a message refers to it. Returns true if no attachment with this content remains. The
   * caller must have locked the content.
   */
  deleteUnused(id: string, sha256: string): Promise<boolean>;
}
