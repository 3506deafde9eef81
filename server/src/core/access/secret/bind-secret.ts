import { AppError } from "../../base/index.ts";
import { getSecret, requireSecret } from "./get-secret.ts";
import type { Secret, SecretBinding } from "./secret.ts";
import { checkBinding, requireHeaderValue } from "./secret-binding.ts";
import { openSecret, type SecretPorts } from "./secret-ports.ts";

type SecretPlace = Pick<Secret, "organizationId" | "id">;

/**
 * Sets a secret's header injection rule: the hosts and the header. The rule applies to the next turn of each session:
 * sandboxes no longer receive the secret, and the egress proxy adds it to requests instead. Throws `not_found` if the
 * secret does not exist, or `invalid_input` if the rule is not valid or the value cannot be sent in a header.
 */
export async function bindSecret(
  ports: SecretPorts,
  { organizationId, id }: SecretPlace,
  binding: SecretBinding,
): Promise<SecretBinding> {
  const checked = checkBinding(binding);
  const now = ports.clock.now();
  await ports.store.transaction(async (tx) => {
    // Locks the master keys first, then rows. All code uses this lock order, including the key rotation.
    await tx.secrets.lockMasterKeys("use");
    const found = requireSecret(await tx.secrets.lock(organizationId, id), id);
    requireHeaderValue(found.secret.key, openSecret(ports, found));
    await tx.secrets.setBinding({ ...found.secret, binding: checked, updatedAt: now });
  });
  return checked;
}

/** Returns a secret's header injection rule. Throws `not_found` if the secret does not exist or has no rule. */
export async function getBinding(
  ports: Pick<SecretPorts, "store">,
  { organizationId, id }: SecretPlace,
): Promise<SecretBinding> {
  const { binding, key } = await getSecret(ports, organizationId, id);
  if (binding !== null) return binding;
  throw new AppError("not_found", `The secret ${key} has no header injection rule.`);
}

/**
 * Removes a secret's header injection rule. From the next turn of each session, sandboxes receive the secret as an
 * environment variable. Throws `not_found` if the secret does not exist or has no rule.
 */
export async function unbindSecret(
  ports: Pick<SecretPorts, "store" | "clock">,
  place: SecretPlace,
): Promise<void> {
  await getBinding(ports, place);
  const secret = await getSecret(ports, place.organizationId, place.id);
  await ports.store.secrets.setBinding({ ...secret, binding: null, updatedAt: ports.clock.now() });
}
