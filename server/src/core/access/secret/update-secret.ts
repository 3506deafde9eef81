import { refuseNul } from "../../base/index.ts";
import { requireSecret } from "./get-secret.ts";
import { requireMaskable } from "./require-maskable.ts";
import type { Secret } from "./secret.ts";
import { requireHeaderValue } from "./secret-binding.ts";
import { requireSecretKey } from "./secret-key.ts";
import { openSecret, type SecretPorts, sealContextOf } from "./secret-ports.ts";

/**
 * Changes the key, the value or both. The change applies to the next turn of each session. Throws `not_found` if the
 * organization has no such secret, or `conflict` if it already has another secret with the key. Throws `invalid_input`
 * in the same cases as `createSecret`, or if the secret has a header injection rule and the value cannot be sent in a
 * header.
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
    await tx.secrets.lockMasterKeys("use");
    const found = requireSecret(await tx.secrets.lock(organizationId, id), id);
    const { key = found.secret.key, value = openSecret(ports, found) } = change;
    if (found.secret.binding !== null) requireHeaderValue(key, value);
    const version = found.secret.version + (change.value === undefined ? 0 : 1);
    const secret: Secret = { ...found.secret, key, version, updatedAt: now };
    // The key is part of the seal context, so a changed key requires sealing the value again.
    await tx.secrets.update(secret, ports.vault.seal(value, sealContextOf(secret)));
    return secret;
  });
}
