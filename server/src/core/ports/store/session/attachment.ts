import type { Attachment } from "../../../attachment/attachment.ts";

export interface AttachmentQueries {
  /** Until the transaction ends nobody else adds to the organization's; returns how many bytes they are together. */
  holdOrganization(organizationId: string): Promise<number>;
  /** Until the transaction ends nobody else adds or removes an attachment of these bytes. */
  holdContent(sha256: string): Promise<void>;
  insert(attachment: Attachment): Promise<void>;
  findMany(organizationId: string, ids: readonly string[]): Promise<Attachment[]>;
  /** Those made before that no message names, oldest first. */
  listUnused(before: Date, limit: number): Promise<{ readonly id: string; readonly sha256: string }[]>;
  /** Deletes it unless a message names it, and says whether no attachment of these bytes is left. Their content is held before. */
  deleteUnused(id: string, sha256: string): Promise<boolean>;
}
