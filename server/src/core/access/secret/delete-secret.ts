import type { AccessPorts } from "../ports.ts";
import { getSecret } from "./get-secret.ts";

/** Deletes a secret. Throws `not_found` if the organization has no such secret. */
export async function deleteSecret(
  ports: Pick<AccessPorts, "store">,
  organizationId: string,
  id: string,
): Promise<void> {
  // Reads the secret separately, so that the deletion succeeds even if it is retried after a commit whose response was
  // lost.
  await getSecret(ports, organizationId, id);
  await ports.store.secrets.delete(organizationId, id);
}
