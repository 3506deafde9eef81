import { AppError, newId, refuseNul } from "../../base/index.ts";
import type { ForgesPorts } from "../ports.ts";
import { requireBranchName } from "../repository/branch-name.ts";
import { forgeOf } from "../repository/forge-of.ts";
import { defaultRepositorySettings, type Repository } from "../repository/repository.ts";
import { sampleProject } from "./sample-project.ts";

/**
 * Creates a repository on the built-in forge and connects it, or restores a removed repository with its data. The
 * repository is empty, unless it is a sample.
 * Throws `invalid_input` for an invalid branch name or a description with a NUL character, or `conflict` if the
 * repository exists or its name is reserved for another organization.
 */
export async function createRepository(
  ports: ForgesPorts,
  organizationId: string,
  input: {
    readonly owner: string;
    readonly name: string;
    readonly description?: string;
    readonly baseBranch?: string;
    readonly isSample?: boolean;
  },
): Promise<Repository> {
  refuseNul("description", input.description);
  const defaultBranch = input.baseBranch ?? "main";
  requireBranchName("baseBranch", defaultBranch);
  const now = ports.clock.now();
  const repository: Repository = {
    id: newId(),
    organizationId,
    forge: "local",
    integrationId: null,
    externalId: null,
    owner: input.owner,
    name: input.name,
    connectedUrl: null,
    description: input.description ?? null,
    defaultBranch,
    isArchived: false,
    settings: defaultRepositorySettings,
    enabledAt: now,
    createdAt: now,
    updatedAt: now,
  };
  const files = input.isSample === true ? sampleProject : [];
  const forge = await forgeOf(ports, repository);
  const restored = await restoreRepository(ports, repository);
  if (restored !== null) {
    await forge.createRepository(restored, restored.defaultBranch, files);
    return restored;
  }
  // Checks before it creates the folder, because a file system may distinguish "App" from "app" but the database does
  // not.
  if ((await ports.store.repositories.findLocal(input.owner, input.name)) !== null) throw taken();
  // Creates the folder before the row. A crash in between leaves an empty folder for the next attempt, but never a row
  // without a folder.
  await forge.createRepository(repository, defaultBranch, files);
  await ports.store.repositories.insert(repository);
  return repository;
}

/**
 * Restores a removed repository. Its name is reserved for its organization, so that no other organization gains access
 * to its data.
 */
function restoreRepository(
  { store, clock }: Pick<ForgesPorts, "store" | "clock">,
  { organizationId, owner, name }: Repository,
): Promise<Repository | null> {
  return store.transaction(async (tx) => {
    const removed = await tx.syncedRepositories.lockRemoved(owner, name);
    if (removed === null) return null;
    if (removed.organizationId !== organizationId) throw taken();
    await tx.syncedRepositories.restore(removed.id, clock.now());
    return tx.repositories.find(organizationId, removed.id);
  });
}

const taken = () =>
  new AppError("conflict", "This owner and name are already in use on this server. Choose another name.");
