import { refuseNul } from "../../base/index.ts";
import { requireSecret } from "./find-secret.ts";
import { requireMaskable } from "./require-maskable.ts";
import type { Secret } from "./secret.ts";
import { requireHeaderValue } from "./secret-binding.ts";
import { requireSecretKey } from "./secret-key.ts";
import { openSecret, type SecretPorts, sealContextOf } from "./secret-ports.ts";

/**
 * Gives a secret another key, another value, or both; sessions see it from their next turn on.
 * Throws `not_found`, `invalid_input`, and `conflict` when the organization has the key.
 */
export async function updateSecret(
  ports: SecretPorts,
  { organizationId, id }: Pick<Secret, "organizationId" | "id">,
  change: { readonly key?: string; readonly value?: string },
): Promise<Secret> {
  if (change.key !== undefined) requireSecretKey(change.key);
  refuseNul("value", change.value);
  if (change.value !== undefined) requireMaskable(change.value);
  const now = ports.clock.now();
  return ports.store.transaction(async (tx) => {
    await tx.secrets.holdMasterKeys("use");
    const found = requireSecret(await tx.secrets.lock(organizationId, id), id);
    const { key = found.secret.key, value = openSecret(ports, found) } = change;
    if (found.secret.binding !== null) requireHeaderValue(key, value);
    const version = found.secret.version + (change.value === undefined ? 0 : 1);
    const secret: Secret = { ...found.secret, key, version, updatedAt: now };
    // A new key too is a new place for the value to be sealed for.
    await tx.secrets.update(secret, ports.vault.seal(value, sealContextOf(secret)));
    return secret;
  });
}
