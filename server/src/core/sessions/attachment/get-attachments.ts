import { maxAttachmentsPerMessage } from "@tembo/contract/limits";
import { AppError } from "../../base/index.ts";
import type { SessionsStore } from "../ports.ts";
import type { Attachment } from "./attachment.ts";

/**
 * Returns the attachments in the order of the IDs, without duplicates. Throws `invalid_input` if there are more than a
 * message can have, or if an attachment does not exist or is not visible to the owner of `keyId`.
 */
export async function getAttachments(
  { attachments, apiKeys }: Pick<SessionsStore, "attachments" | "apiKeys">,
  { organizationId, keyId }: { readonly organizationId: string; readonly keyId: string | null },
  ids: readonly string[],
): Promise<Attachment[]> {
  const wanted = [...new Set(ids.map((id) => id.toLowerCase()))];
  if (wanted.length === 0) return [];
  if (wanted.length > maxAttachmentsPerMessage) {
    throw new AppError(
      "invalid_input",
      `A message can have at most ${maxAttachmentsPerMessage} attachments. Remove some.`,
    );
  }
  const userId = keyId === null ? null : await apiKeys.userOf(keyId);
  const found = new Map(
    (await attachments.findVisible({ organizationId, userId }, wanted)).map((one) => [one.id, one] as const),
  );
  return wanted.map((id) => {
    const attachment = found.get(id);
    if (attachment !== undefined) return attachment;
    throw new AppError(
      "invalid_input",
      `Attachment ${id} was not found. Upload it to /v1/attachments first. Attachments that no message uses are deleted after a day.`,
    );
  });
}
