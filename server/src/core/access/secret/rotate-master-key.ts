import type { Vault } from "../../base/index.ts";
import type { AccessStore } from "../ports.ts";

/** The master keys of the vault, for their rotation. All calls are made while the store holds off everyone who seals. */
export interface MasterKeys {
  newestId(): string;
  /** Adds a new key before the others, for good before it returns. False when there are several: a rotation was cut off. */
  addUnlessRotating(): boolean;
  /** Leaves the newest key alone. */
  dropOlder(): void;
}

export interface Rotation {
  readonly rewrapped: number;
  /** An earlier rotation had been cut off, and was finished instead. */
  readonly isResumed: boolean;
}

/**
 * Wraps every sealed value by a new master key and gives the old one up, while servers go on working. It may end at any
 * point and be run again: a key is dropped only when nothing is wrapped by it any more.
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
    await tx.secrets.holdMasterKeys("change");
    // Run again after a lost connection, the key is there: that is no earlier rotation.
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
    await tx.secrets.holdMasterKeys("use");
    const rows = await tx.secrets.lockWrappedByOthers(masterKeys.newestId(), batchSize);
    for (const { id, sealed } of rows) await tx.secrets.setWrapping(id, vault.rewrap(sealed));
    return rows.length;
  });
}

/** False when something was sealed under an older key meanwhile. Writes nothing: a rollback after the drop would lose it. */
function dropOlder({ store, masterKeys }: Parameters<typeof rotateMasterKey>[0]): Promise<boolean> {
  return store.transaction(async (tx) => {
    await tx.secrets.holdMasterKeys("change");
    const left = await tx.secrets.lockWrappedByOthers(masterKeys.newestId(), 1);
    if (left.length > 0) return false;
    masterKeys.dropOlder();
    return true;
  });
}
