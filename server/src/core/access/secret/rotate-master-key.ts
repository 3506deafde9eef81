import type { Vault } from "../../base/index.ts";
import type { AccessStore } from "../ports.ts";

/**
 * The vault's master keys, for rotation. Callers of `addUnlessRotating` and `dropOlder` hold a lock that blocks all
 * sealing.
 */
export interface MasterKeys {
  newestId(): string;
  /**
   * Adds a new key, which becomes the newest, and returns after the key is durable. Returns false if there are already
   * several keys, because an earlier rotation was interrupted.
   */
  addUnlessRotating(): boolean;
  /** Deletes every key except the newest. */
  dropOlder(): void;
}

export interface Rotation {
  readonly rewrapped: number;
  /** True if this call completed an interrupted rotation instead of starting a new rotation. */
  readonly isResumed: boolean;
}

/**
 * Wraps the keys of all sealed values with a new master key, and deletes the older master keys. Servers keep running.
 * After an interruption at any point, run the rotation again: a master key is deleted only when it no longer wraps
 * anything.
 */
export async function rotateMasterKey(
  ports: { readonly store: AccessStore; readonly vault: Vault; readonly masterKeys: MasterKeys },
  batchSize = 100,
): Promise<Rotation> {
  const { store, masterKeys } = ports;
  let isResumed = false;
  let rewrapped = 0;
  let isAdded = false;
  await store.transaction(async (tx) => {
    await tx.secrets.lockMasterKeys("change");
    // If the transaction is retried after a lost connection, the new key already exists. It does not come from an
    // earlier rotation.
    if (!isAdded) {
      isAdded = true;
      isResumed = !masterKeys.addUnlessRotating();
    }
    await tx.secrets.setCurrentMasterKey(masterKeys.newestId());
  });
  do {
    for (let count = -1; count !== 0; rewrapped += count) count = await rewrapBatch(ports, batchSize);
  } while (!(await dropOlder(ports)));
  return { rewrapped, isResumed };
}

async function rewrapBatch(
  { store, vault, masterKeys }: Parameters<typeof rotateMasterKey>[0],
  batchSize: number,
): Promise<number> {
  return store.transaction(async (tx) => {
    await tx.secrets.lockMasterKeys("use");
    const rows = await tx.secrets.lockWrappedByOthers(masterKeys.newestId(), batchSize);
    for (const { id, sealed } of rows) await tx.secrets.setWrapping(id, vault.rewrap(sealed));
    return rows.length;
  });
}

/**
 * Deletes the older keys. Returns false if a value was sealed with an older key in the meantime. Writes nothing to the
 * database, because a rollback after the deletion would lose data.
 */
function dropOlder({ store, masterKeys }: Parameters<typeof rotateMasterKey>[0]): Promise<boolean> {
  return store.transaction(async (tx) => {
    await tx.secrets.lockMasterKeys("change");
    const left = await tx.secrets.lockWrappedByOthers(masterKeys.newestId(), 1);
    if (left.length > 0) return false;
    masterKeys.dropOlder();
    return true;
  });
}
