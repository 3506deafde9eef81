import { newId, refuseNul } from "../../base/index.ts";
import { requireMaskable } from "./require-maskable.ts";
import type { Secret } from "./secret.ts";
import { requireSecretKey } from "./secret-key.ts";
import { type SecretPorts, sealContextOf } from "./secret-ports.ts";

/**
 * Creates a secret. Throws `invalid_input` if the key is an invalid or reserved variable name, or if the value contains
 * a NUL character or is too short to mask. Throws `conflict` if the organization already has a secret with the key.
 */
export async function createSecret(
  ports: SecretPorts,
  organizationId: string,
  { key, value }: { readonly key: string; readonly value: string },
): Promise<Secret> {
  requireSecretKey(key);
  refuseNul("value", value);
  requireMaskable(value);
  const now = ports.clock.now();
  const secret: Secret = {
    id: newId(now.getTime()),
    organizationId,
    key,
    version: 1,
    binding: null,
    createdAt: now,
    updatedAt: now,
  };
  await ports.store.transaction(async (tx) => {
    await tx.secrets.lockMasterKeys("use");
    await tx.secrets.insert(secret, ports.vault.seal(value, sealContextOf(secret)));
  });
  return secret;
}
