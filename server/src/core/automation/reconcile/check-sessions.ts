import { minuteMs } from "../../base/index.ts";
import { allFixed, type Check } from "./check.ts";

const pageSize = 1_000;
const maxPages = 20;
/** Time after its last change from which a turn counts. Its session changes in a later transaction. */
const settledMs = 5 * minuteMs;

/** Derives the status of sessions from their newest turn where it differs. */
export const checkSessions: Check = async ({ ports: { store, clock }, signal }, cursor) => {
  let afterId = cursor;
  let count = 0;
  for (let page = 0; page < maxPages; page += 1) {
    signal.throwIfAborted();
    const at = clock.now();
    const before = new Date(at.getTime() - settledMs);
    const { lastId, wrongIds } = await store.reconcile.sessionPage({ afterId, limit: pageSize }, before);
    for (const id of wrongIds) await store.transaction((tx) => tx.reconcile.deriveStatus(id, at));
    count += wrongIds.length;
    afterId = lastId;
    if (afterId === null) break;
  }
  return { ...allFixed(count), cursor: afterId };
};
