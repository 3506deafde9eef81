import type { AccessPorts } from "../ports.ts";
import { getSecret } from "./get-secret.ts";

/** Deletes a secret. Throws `not_found`. */
export async function deleteSecret(
  ports: Pick<AccessPorts, "store">,
  organizationId: string,
  id: string,
): Promise<void> {
  // Looked up separately: if a retry follows a commit whose response was lost, the deletion still succeeds.
  await getSecret(ports, organizationId, id);
  await ports.store.secrets.delete(organizationId, id);
}
