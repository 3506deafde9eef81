import type { Attachment } from "./attachment.ts";

export interface AttachmentQueries {
  /** Until the transaction ends nobody else adds to the organization's; returns how many bytes they are together. */
  holdOrganization(organizationId: string): Promise<number>;
  /** Until the transaction ends nobody else adds or removes an attachment of these bytes. */
  holdContent(sha256: string): Promise<void>;
  /** `uploadedBy`: the user whose upload it is. */
  insert(attachment: Attachment, uploadedBy: string | null): Promise<void>;
  /**
   * Those that the viewer sees: their own uploads, and what a message of a session names that is visible to them. Without a user those of public
   * sessions.
   */
  findVisible(
    viewer: { readonly organizationId: string; readonly userId: string | null },
    ids: readonly string[],
  ): Promise<Attachment[]>;
  /** Those made before that no message names, oldest first. */
  listUnused(before: Date, limit: number): Promise<{ readonly id: string; readonly sha256: string }[]>;
  /** Deletes it unless a message names it, and says whether no attachment of these bytes is left. Their content is held before. */
  deleteUnused(id: string, sha256: string): Promise<boolean>;
}
