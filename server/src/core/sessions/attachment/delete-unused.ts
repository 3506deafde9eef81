import { dayMs } from "../../base/index.ts";
import type { SessionsPorts } from "../ports.ts";

const atOnce = 500;

/**
 * Deletes attachments that are older than a day and that no message refers to, with the blobs that nothing else refers
 * to. Returns the number of unused attachments that it found.
 */
export async function deleteUnusedAttachments({
  store,
  clock,
  blobs,
}: Pick<SessionsPorts, "store" | "clock" | "blobs">): Promise<number> {
  const before = new Date(clock.now().getTime() - dayMs);
  let count = 0;
  for (;;) {
    const unused = await store.attachments.listUnused(before, atOnce);
    // After a crash in between, the daily sweep removes the blobs.
    const freed = await store.transaction((tx) => tx.attachments.deleteUnused(unused));
    await blobs.remove(freed);
    count += unused.length;
    if (unused.length < atOnce) return count;
  }
}
