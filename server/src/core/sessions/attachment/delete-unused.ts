import type { SessionsPorts } from "../ports.ts";

const keptMs = 24 * 60 * 60 * 1_000;
const atOnce = 500;

/**
 * Deletes attachments that are older than a day and that no message refers to, and the bytes that no attachment uses.
 * Also removes incomplete uploads that have received no data for a day. Returns the number of unused attachments that
 * it found.
 */
export async function deleteUnusedAttachments(
  ports: Pick<SessionsPorts, "store" | "clock" | "attachmentFiles">,
): Promise<number> {
  const before = new Date(ports.clock.now().getTime() - keptMs);
  await ports.attachmentFiles.removeAbandoned(before);
  let count = 0;
  for (;;) {
    const unused = await ports.store.attachments.listUnused(before, atOnce);
    for (const { id, sha256 } of unused) {
      await ports.store.transaction(async (tx) => {
        await tx.attachments.lockContent(sha256);
        // Removes the bytes before the transaction commits. A crash in between leaves the row, which the next run finds
        // again.
        if (await tx.attachments.deleteUnused(id, sha256)) await ports.attachmentFiles.remove(sha256);
      });
    }
    count += unused.length;
    if (unused.length < atOnce) return count;
  }
}
