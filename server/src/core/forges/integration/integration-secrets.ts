import {
  type CredentialName,
  type CredentialReader,
  findCredentialValue,
  type SecretPorts,
  saveCredentialValue,
} from "../../access/index.ts";
import type { ForgesTransaction } from "../ports.ts";
import type { Integration, IntegrationSecrets } from "./integration.ts";

const integrationCredential = (integrationId: string): CredentialName => ({
  kind: "integration",
  name: integrationId,
});

/** Returns an integration's secrets, or null if it has none. Throws `internal` if they cannot be decrypted. */
export async function integrationSecretsOf(
  ports: CredentialReader,
  integration: Pick<Integration, "id" | "organizationId">,
): Promise<IntegrationSecrets | null> {
  const value = await findCredentialValue(
    ports,
    integration.organizationId,
    integrationCredential(integration.id),
  );
  return value === null ? null : (JSON.parse(value) as IntegrationSecrets);
}

/** Saves an integration's secrets. Requires a transaction that holds the lock on the master keys. */
export async function saveIntegrationSecrets(
  { vault, tx }: Pick<SecretPorts, "vault"> & { readonly tx: ForgesTransaction },
  integration: Pick<Integration, "id" | "organizationId">,
  secrets: IntegrationSecrets,
): Promise<void> {
  const of = integrationCredential(integration.id);
  await saveCredentialValue({ vault, tx }, integration.organizationId, of, JSON.stringify(secrets));
}
