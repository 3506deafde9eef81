import type { Vault } from "../../base/index.ts";
import type { AccessStore } from "../ports.ts";

/** The vault's master keys, for rotation. During every call, the store holds a lock that blocks all sealing. */
export interface MasterKeys {
  newestId(): string;
  /**
   * Adds a new key as the newest one and returns after it is durable. Returns false if there are several keys already,
   * because an earlier rotation was interrupted.
   */
  addUnlessRotating(): boolean;
  /** Deletes every key except the newest. */
  dropOlder(): void;
}

export interface Rotation {
  readonly rewrapped: number;
  /** True if an interrupted rotation was completed instead of starting a new one. */
  readonly isResumed: boolean;
}

/**
 * Wraps every sealed value with a new master key and drops the old key, while servers keep running. An interrupted
 * rotation can be run again at any point: a key is dropped only after nothing is wrapped with it.
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
    // If the transaction is retried after a lost connection, the key exists already. That is not an earlier rotation.
    if (isAdded) return;
    isAdded = true;
    isResumed = !masterKeys.addUnlessRotating();
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
 * Drops the older keys. Returns false if something was sealed with an older key in the meantime. Writes nothing to the
 * database, because a rollback after the drop would lose data.
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
