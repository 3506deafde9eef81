import type { AccessTransaction } from "../ports.ts";
import { findCredentialValue, saveCredentialValue } from "../secret/credential.ts";
import type { SecretPorts } from "../secret/secret-ports.ts";
import type { ModelProvider } from "./provider.ts";
import { composeCredential, type ProviderCredential, settingsUsedFor } from "./provider-credential.ts";

/** What lets the organization itself in at a provider; null stands for the operator's. Throws `invalid_input`, and what the vault throws. */
export async function providerCredentialOf(
  ports: Pick<SecretPorts, "store" | "vault">,
  organizationId: string,
  provider: ModelProvider,
): Promise<ProviderCredential | null> {
  const found = await Promise.all(
    settingsUsedFor(provider).map(
      async (name) =>
        [name, await findCredentialValue(ports, organizationId, { kind: "provider", name })] as const,
    ),
  );
  const values = Object.fromEntries(found.filter((one): one is readonly [string, string] => one[1] !== null));
  return composeCredential(provider, values);
}

/** In a transaction that holds the master keys: keeps a provider's credential, or deletes it when the value is empty. */
export async function saveProviderCredential(
  { vault, tx }: Pick<SecretPorts, "vault"> & { readonly tx: AccessTransaction },
  organizationId: string,
  { name, value }: { readonly name: string; readonly value: string },
): Promise<void> {
  const of = { kind: "provider", name } as const;
  if (value === "") return tx.secrets.deleteCredential(organizationId, of);
  await saveCredentialValue({ vault, tx }, organizationId, of, value);
}
