import { AppError } from "../../base/index.ts";
import type { ForgesPorts } from "../ports.ts";
import { localForge } from "./forge-of.ts";
import type { Repository } from "./repository.ts";

/**
 * Removes a repository on the built-in forge from lists. Its record remains for the sessions that worked on it. With
 * `deletesData`, deletes its git data and frees its name. Throws `not_found` if the organization has no such
 * repository, or `conflict` if it belongs to another forge or has queued or running turns.
 */
export async function removeRepository(
  ports: Pick<ForgesPorts, "store" | "forges" | "clock" | "settings">,
  { organizationId, id }: { readonly organizationId: string; readonly id: string },
  { deletesData }: { readonly deletesData: boolean },
): Promise<void> {
  await ports.store.transaction(async (tx) => {
    const repository = await tx.syncedRepositories.lock(organizationId, id);
    // The lock also finds removed repositories.
    if (repository === null || (await tx.repositories.find(organizationId, id)) === null)
      throw new AppError("not_found", `Repository ${id} was not found.`);
    refuseUnlessRemovable(repository, await tx.syncedRepositories.hasTurns(id));
    await tx.syncedRepositories.markRemoved(id, ports.clock.now(), { freesName: deletesData });
    // Deletes the data before the commit frees the name, so that the next repository with this name does not receive
    // the data.
    if (deletesData) await localForge(ports).deleteRepository(repository);
  });
}

function refuseUnlessRemovable({ forge, owner, name }: Repository, hasTurns: boolean): void {
  if (forge !== "local")
    throw new AppError(
      "conflict",
      `The repository ${owner}/${name} cannot be deleted, because it belongs to an integration. Disable the repository, or delete the integration.`,
    );
  if (hasTurns)
    throw new AppError(
      "conflict",
      `The repository ${owner}/${name} cannot be deleted, because running turns use it. Stop their sessions, or wait until the turns finish.`,
    );
}
