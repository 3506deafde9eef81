import { AppError } from "../../base/index.ts";
import type { AccessPorts } from "../ports.ts";
import type { Secret } from "./secret.ts";

/** Returns a secret. Throws `not_found` if the organization has no such secret. */
export async function getSecret(
  ports: Pick<AccessPorts, "store">,
  organizationId: string,
  id: string,
): Promise<Secret> {
  return requireSecret(await ports.store.secrets.find(organizationId, id), id);
}

export function requireSecret<T>(found: T | null, id: string): T {
  if (found !== null) return found;
  throw new AppError("not_found", `Secret ${id} was not found.`);
}
