import { AppError } from "../../base/index.ts";
import type { ForgesPorts } from "../ports.ts";
import { localForge } from "./forge-of.ts";
import type { Repository } from "./repository.ts";

/**
 * Takes a repository of the local forge off the list; the sessions that worked on it keep their record. With `deletesData` its git data
 * is deleted and its name is free again. Throws `not_found`, and `conflict` while turns work on it and for another forge's repository.
 */
export async function removeRepository(
  ports: Pick<ForgesPorts, "store" | "forges" | "clock" | "settings">,
  { organizationId, id }: { readonly organizationId: string; readonly id: string },
  { deletesData }: { readonly deletesData: boolean },
): Promise<void> {
  await ports.store.transaction(async (tx) => {
    const repository = await tx.syncedRepositories.lock(organizationId, id);
    // The lock finds removed ones as well.
    if (repository === null || (await tx.repositories.find(organizationId, id)) === null)
      throw new AppError("not_found", `There is no repository ${id}.`);
    refuseUnlessRemovable(repository, await tx.syncedRepositories.hasTurns(id));
    await tx.syncedRepositories.markRemoved(id, ports.clock.now(), { freesName: deletesData });
    // Before the commit, which frees the name: nobody who takes it gets this data.
    if (deletesData) await localForge(ports).deleteRepository(repository);
  });
}

function refuseUnlessRemovable({ forge, owner, name }: Repository, hasTurns: boolean): void {
  if (forge !== "local")
    throw new AppError(
      "conflict",
      `${owner}/${name} belongs to an integration; disable it, or delete the integration.`,
    );
  if (hasTurns)
    throw new AppError(
      "conflict",
      `Turns work on ${owner}/${name}; stop their sessions, or wait until they end.`,
    );
}
