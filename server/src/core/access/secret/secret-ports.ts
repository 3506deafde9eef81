import type { SealContext } from "../../base/index.ts";
import type { AccessPorts } from "../ports.ts";
import type { Secret } from "./secret.ts";
import type { SealedSecret } from "./secret-store.ts";

/** What works on secrets needs. */
export type SecretPorts = Pick<AccessPorts, "store" | "clock" | "vault">;

/** What the value of a secret is sealed for. */
export function sealContextOf(secret: Pick<Secret, "organizationId" | "key" | "version">): SealContext {
  return {
    organizationId: secret.organizationId,
    name: `secret:${secret.key}`,
    version: secret.version,
  };
}

/** Stays in the core and in what runs a session: no answer, message or log has it. */
export function openSecret(ports: Pick<SecretPorts, "vault">, { secret, sealed }: SealedSecret): string {
  return ports.vault.open(sealed, sealContextOf(secret));
}
