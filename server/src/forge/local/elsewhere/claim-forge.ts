import type { Logger } from "../../../core/base/index.ts";
import { type ForgeOwner, type LocalRepository, localRepositoryPath } from "../../../core/forges/index.ts";
import type { Store } from "../../../core/ports.ts";
import { isThere } from "../git-http.ts";

interface ClaimParts {
  readonly store: Pick<Store, "forgeOwner" | "localForge">;
  readonly dataDir: string;
}

const pageSize = 100;

/**
 * Makes this machine the owner of the built-in forge, unless another machine already is or has the repositories. Updates
 * the owner's URL.
 */
export async function claimForge(
  parts: ClaimParts & { readonly log: Logger },
  machine: ForgeOwner,
): Promise<void> {
  const { store, log } = parts;
  const problem = (await store.forgeOwner.find()) === null ? await problemOfOwning(parts) : null;
  if (problem !== null) return log.warn({}, problem);
  const owner = await store.forgeOwner.claim(machine);
  if (owner.machineId !== machine.machineId)
    log.info({ url: owner.url }, "the repositories of the built-in forge are on another machine");
}

/** Returns the reason why this machine cannot become the first owner: its data folder has none of the repositories. Otherwise, returns null. */
export async function problemOfOwning({ store, dataDir }: ClaimParts): Promise<string | null> {
  let first: LocalRepository | undefined;
  for (let skip = 0; ; skip += pageSize) {
    const found = await store.localForge.repositories.list(null, { skip, limit: pageSize });
    first ??= found[0];
    if (first === undefined) return null;
    for (const repository of found) if (await isHere(dataDir, repository)) return null;
    if (found.length < pageSize) return describeMissing(first);
  }
}

async function isHere(dataDir: string, { owner, name }: LocalRepository): Promise<boolean> {
  const path = localRepositoryPath(dataDir, owner, name);
  return path !== null && isThere(path);
}

const describeMissing = ({ owner, name }: LocalRepository) =>
  `The built-in forge is not available yet, because the data folder of this machine contains none of its repositories. Start the server whose data folder contains "forge/${owner}/${name}.git".`;
