import type { AccessStore } from "../core/access/index.ts";
import { type OpenVault, openVault } from "./open-vault.ts";

/**
 * Opens the vault with the key that all servers of the database share. The first start records the ID of its key, and
 * every later start needs that key. Throws the errors of `openVault`.
 */
export async function openSharedVault({
  file,
  store,
}: {
  /** Absolute path. */
  readonly file: string;
  readonly store: AccessStore;
}): Promise<OpenVault> {
  if ((await store.secrets.currentMasterKey()) !== null) return open(file, store);
  return store.transaction(async (tx) => {
    // If several machines start for the first time, only one of them creates a key. The others then find its record.
    await tx.secrets.lockMasterKeys("change");
    const opened = await open(file, tx);
    if ((await tx.secrets.currentMasterKey()) === null)
      await tx.secrets.setCurrentMasterKey(opened.masterKeys.newestId());
    return opened;
  });
}

const open = (file: string, { secrets }: Pick<AccessStore, "secrets">) =>
  openVault({ file, usedKeyIds: () => secrets.masterKeyIds() });
