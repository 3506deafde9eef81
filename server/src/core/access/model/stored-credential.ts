import type { AccessPorts, AccessTransaction } from "../ports.ts";
import { findCredentialValue, saveCredentialValue } from "../secret/credential.ts";
import type { SecretPorts } from "../secret/secret-ports.ts";
import { getModelProvider, type ProviderCredential } from "./provider.ts";
import { composeCredential } from "./provider-credential.ts";

/**
 * Loads the organization's own credential for a provider, or returns null if a required field is missing, in which case
 * the operator's applies. Throws `invalid_input` if the provider is unknown or a stored value is not valid, or
 * `internal` if a value cannot be decrypted.
 */
export async function providerCredentialOf(
  ports: Pick<SecretPorts, "store" | "vault"> & Pick<AccessPorts, "modelProviders">,
  organizationId: string,
  name: string,
): Promise<ProviderCredential | null> {
  const provider = getModelProvider(ports.modelProviders, name);
  const found = await Promise.all(
    provider.credential.fields.map(async ({ name: field, setting }) => {
      if (setting === null) return [];
      const value = await findCredentialValue(ports, organizationId, { kind: "provider", name: setting });
      return value === null ? [] : [[field, value] as const];
    }),
  );
  return composeCredential(provider, Object.fromEntries(found.flat()));
}

/**
 * Saves one setting of a provider's credential, or deletes it if the value is empty. Requires a transaction that holds
 * the lock on the master keys.
 */
export async function saveProviderCredential(
  { vault, tx }: Pick<SecretPorts, "vault"> & { readonly tx: AccessTransaction },
  organizationId: string,
  { name, value }: { readonly name: string; readonly value: string },
): Promise<void> {
  const of = { kind: "provider", name } as const;
  if (value === "") return tx.secrets.deleteCredential(organizationId, of);
  await saveCredentialValue({ vault, tx }, organizationId, of, value);
}
