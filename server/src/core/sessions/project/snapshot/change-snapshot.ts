import { AppError, refuseNul } from "../../../base/index.ts";
import type { SessionsPorts, SessionsQueries } from "../../ports.ts";
import type { SnapshotOverview } from "./project-snapshot.ts";

/** Returns a snapshot. Throws `not_found` if the project has no such snapshot, or if it was deleted. */
export async function getSnapshot(
  { store }: { readonly store: Pick<SessionsQueries, "projectSnapshots"> },
  projectId: string,
  id: string,
): Promise<SnapshotOverview> {
  const snapshot = await store.projectSnapshots.find(projectId, id);
  if (snapshot !== null) return snapshot;
  throw new AppError("not_found", `The project has no snapshot ${id}.`);
}

/** Renames, pins or unpins a snapshot. An empty name removes the name. Throws the errors of `getSnapshot`. */
export async function updateSnapshot(
  { store, clock }: Pick<SessionsPorts, "store" | "clock">,
  { projectId, id }: { readonly projectId: string; readonly id: string },
  { name, isPinned }: { readonly name?: string | null; readonly isPinned?: boolean },
): Promise<SnapshotOverview> {
  refuseNul("name", name);
  const known = await getSnapshot({ store }, projectId, id);
  const at = clock.now();
  await store.projectSnapshots.update(id, {
    ...(name !== undefined && { name: name?.trim() || null }),
    ...(isPinned !== undefined && { pinnedAt: isPinned ? (known.pinnedAt ?? at) : null }),
    updatedAt: at,
  });
  return getSnapshot({ store }, projectId, id);
}

/** Deletes a snapshot. Sessions that started from it keep their record of it. Throws the errors of `getSnapshot`. */
export async function deleteSnapshot(
  { store, clock }: Pick<SessionsPorts, "store" | "clock">,
  projectId: string,
  id: string,
): Promise<void> {
  const snapshot = await getSnapshot({ store }, projectId, id);
  await store.projectSnapshots.archive(snapshot.id, clock.now());
}
