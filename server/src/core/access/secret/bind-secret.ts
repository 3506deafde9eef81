import { AppError } from "../../base/index.ts";
import { getSecret, requireSecret } from "./get-secret.ts";
import type { Secret, SecretBinding } from "./secret.ts";
import { checkBinding, requireHeaderValue } from "./secret-binding.ts";
import { openSecret, type SecretPorts } from "./secret-ports.ts";

type SecretPlace = Pick<Secret, "organizationId" | "id">;

/**
 * Binds a secret to hosts and a header. From the next turn on, the value is no longer in any sandbox: the egress proxy
 * adds it to requests. Throws `not_found` and `invalid_input`.
 */
export async function bindSecret(
  ports: SecretPorts,
  { organizationId, id }: SecretPlace,
  binding: SecretBinding,
): Promise<SecretBinding> {
  const checked = checkBinding(binding);
  const now = ports.clock.now();
  await ports.store.transaction(async (tx) => {
    // Lock order, as everywhere: first the master keys, then rows. A rotation uses the same order.
    await tx.secrets.lockMasterKeys("use");
    const found = requireSecret(await tx.secrets.lock(organizationId, id), id);
    requireHeaderValue(found.secret.key, openSecret(ports, found));
    await tx.secrets.setBinding({ ...found.secret, binding: checked, updatedAt: now });
  });
  return checked;
}

/** Throws `not_found` if the secret is not bound. */
export async function getBinding(
  ports: Pick<SecretPorts, "store">,
  { organizationId, id }: SecretPlace,
): Promise<SecretBinding> {
  const { binding } = await getSecret(ports, organizationId, id);
  if (binding !== null) return binding;
  throw new AppError("not_found", `The secret ${id} has no header injection rule.`);
}

/**
 * Removes the binding of a secret. From the next turn on, the value is an environment variable in every sandbox. Throws
 * `not_found` if the secret is not bound.
 */
export async function unbindSecret(
  ports: Pick<SecretPorts, "store" | "clock">,
  place: SecretPlace,
): Promise<void> {
  await getBinding(ports, place);
  const secret = await getSecret(ports, place.organizationId, place.id);
  await ports.store.secrets.setBinding({ ...secret, binding: null, updatedAt: ports.clock.now() });
}
