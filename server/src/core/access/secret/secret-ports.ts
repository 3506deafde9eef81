import type { SealContext } from "../../base/index.ts";
import type { AccessPorts } from "../ports.ts";
import type { Secret } from "./secret.ts";
import type { SealedSecret } from "./secret-store.ts";

export type SecretPorts = Pick<AccessPorts, "store" | "clock" | "vault">;

/** Returns the context that a secret's value is sealed with. */
export function sealContextOf(secret: Pick<Secret, "organizationId" | "key" | "version">): SealContext {
  return {
    organizationId: secret.organizationId,
    name: `secret:${secret.key}`,
    version: secret.version,
  };
}

/**
 * Decrypts a secret. Only the core and the code that runs a session may use the value. No response, message or log may
 * contain it.
 */
export function openSecret(ports: Pick<SecretPorts, "vault">, { secret, sealed }: SealedSecret): string {
  return ports.vault.open(sealed, sealContextOf(secret));
}
