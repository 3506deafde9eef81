import type { AccessPorts } from "../ports.ts";
import { findSecret } from "./find-secret.ts";

/** Throws `not_found`. */
export async function deleteSecret(
  ports: Pick<AccessPorts, "store">,
  organizationId: string,
  id: string,
): Promise<void> {
  // Looked for apart: a deletion that is repeated after a lost connection has succeeded too.
  await findSecret(ports, organizationId, id);
  await ports.store.secrets.delete(organizationId, id);
}
