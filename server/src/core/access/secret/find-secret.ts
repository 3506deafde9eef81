import { AppError } from "../../base/errors.ts";
import type { Ports } from "../../ports/ports.ts";
import type { Secret } from "./secret.ts";

/** Throws `not_found`, also for one of another organization. */
export async function findSecret(
  ports: Pick<Ports, "store">,
  organizationId: string,
  id: string,
): Promise<Secret> {
  return requireSecret(await ports.store.secrets.find(organizationId, id), id);
}

export function requireSecret<T>(found: T | null, id: string): T {
  if (found !== null) return found;
  throw new AppError("not_found", `There is no secret ${id}.`);
}
