import type { AutomationPorts } from "../ports.ts";
import type { Check } from "./check.ts";

const pageSize = 500;
/** Share of missing blobs above which the store itself counts as wrong or incomplete, and nothing is corrected. */
const maxMissingShare = 0.1;
/**
 * Number of the oldest blobs, of which no larger share may be missing. If the setting of the store changed, all blobs from
 * before the change are missing, although they may be a small share of a page.
 */
const oldestCount = 20;

/**
 * Looks for the bytes of blobs. Marks files of sessions as not saved if their bytes are missing, so that their turns wait
 * for the machine that has them. Reports other missing blobs.
 */
export const checkBlobs: Check = async ({ ports: { store, blobSweep }, signal }, cursor) => {
  const page = await store.reconcile.blobPage({ afterId: cursor, limit: pageSize });
  const missing = await blobSweep.findMissing(page, signal);
  const isStoreUsable =
    isUsable(page, missing) && (missing.length === 0 || (await hasOldest({ store, blobSweep }, signal)));
  const forgotten = new Set(isStoreUsable ? await store.reconcile.clearSaved(missing) : []);
  const open = page.filter(({ id }) => missing.includes(id) && !forgotten.has(id));
  return {
    found: missing.length,
    fixed: forgotten.size,
    openItems: open.map(({ kind, id }) => `${kind} ${id}`),
    cursor: page.length < pageSize ? null : page.at(-1)!.id,
  };
};

async function hasOldest(
  { store, blobSweep }: Pick<AutomationPorts, "store" | "blobSweep">,
  signal: AbortSignal,
): Promise<boolean> {
  const oldest = await store.reconcile.blobPage({ afterId: null, limit: oldestCount });
  return isUsable(oldest, await blobSweep.findMissing(oldest, signal));
}

const isUsable = (blobs: readonly unknown[], missing: readonly unknown[]) =>
  missing.length <= blobs.length * maxMissingShare;
