import { newId, type SealContext } from "../../../base/index.ts";
import type { AutomationPorts } from "../../ports.ts";
import { newVapidKeys, type VapidKeys } from "./vapid.ts";

/** The key pair belongs to the installation, not to an organization, because a browser subscribes with only one key. */
const context: SealContext = { organizationId: "installation", name: "push:vapid", version: 1 };

/**
 * Returns the installation's key pair for push services. The first call creates it. Concurrent callers receive the same
 * pair. Throws `internal` if the private key cannot be decrypted.
 */
export async function getPushKeys({
  store,
  vault,
  clock,
}: Pick<AutomationPorts, "store" | "vault" | "clock">): Promise<VapidKeys> {
  const known = await store.push.findKeys();
  if (known !== null) return open(vault, known);
  const { publicKey, privateKey } = newVapidKeys();
  const createdAt = clock.now();
  const id = newId(createdAt.getTime());
  return store.transaction(async (tx) => {
    await tx.secrets.lockMasterKeys("use");
    const sealed = vault.seal(JSON.stringify(privateKey), context);
    await tx.push.insertKeys({ id, publicKey, sealed, createdAt });
    // A concurrent caller may have stored its pair first.
    return open(vault, (await tx.push.findKeys())!);
  });
}

type StoredKeys = NonNullable<Awaited<ReturnType<AutomationPorts["store"]["push"]["findKeys"]>>>;

const open = (vault: AutomationPorts["vault"], { publicKey, sealed }: StoredKeys): VapidKeys => ({
  publicKey,
  privateKey: JSON.parse(vault.open(sealed, context)) as VapidKeys["privateKey"],
});
