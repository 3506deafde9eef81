import type { Check } from "./check.ts";

const pageSize = 500;
/** Share of missing blobs above which the store itself counts as wrong or incomplete, and nothing is corrected. */
const maxMissingShare = 0.1;

/**
 * Looks for the bytes of blobs. Marks files of sessions as not saved if their bytes are missing, so that their turns wait
 * for the machine that has them. Reports other missing blobs.
 */
export const checkBlobs: Check = async ({ ports: { store, blobSweep }, signal }, cursor) => {
  const page = await store.reconcile.blobPage({ afterId: cursor, limit: pageSize });
  const missing = await blobSweep.findMissing(page, signal);
  const isStoreUsable = missing.length <= page.length * maxMissingShare;
  const forgotten = new Set(isStoreUsable ? await store.reconcile.forgetSaved(missing) : []);
  const open = page.filter(({ id }) => missing.includes(id) && !forgotten.has(id));
  return {
    found: missing.length,
    fixed: forgotten.size,
    openItems: open.map(({ kind, id }) => `${kind} ${id}`),
    cursor: page.length < pageSize ? null : page.at(-1)!.id,
  };
};
