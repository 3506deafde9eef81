import type { SealContext } from "../../base/index.ts";
import type { AccessQueries, AccessTransaction } from "../ports.ts";
import type { CertificateAuthority } from "./secret.ts";
import type { SecretPorts } from "./secret-ports.ts";
import type { CredentialName, SealedCredential } from "./secret-store.ts";

const egressAuthority: CredentialName = { kind: "authority", name: "egress" };

/** A vault, with a store or a transaction. */
export type CredentialReader = Pick<SecretPorts, "vault"> & {
  readonly store: Pick<AccessQueries, "secrets">;
};

/**
 * Returns the certificate authority of the organization's egress proxies. The first call creates it with `create`.
 * Concurrent callers receive the same authority.
 */
export async function certificateAuthorityOf(
  ports: Pick<SecretPorts, "store" | "vault">,
  organizationId: string,
  create: () => Promise<CertificateAuthority>,
): Promise<CertificateAuthority> {
  const existing = await findCredentialValue(ports, organizationId, egressAuthority);
  if (existing !== null) return JSON.parse(existing) as CertificateAuthority;
  const { certificate, privateKey } = await create();
  const value = JSON.stringify({ certificate, privateKey });
  return ports.store.transaction(async (tx) => {
    await tx.secrets.lockMasterKeys("use");
    const sealed = ports.vault.seal(value, contextOf(organizationId, egressAuthority, 1));
    await tx.secrets.insertCredential(organizationId, egressAuthority, { version: 1, sealed });
    // A concurrent caller may have stored its authority first.
    const kept = (await tx.secrets.findCredential(organizationId, egressAuthority))!;
    return JSON.parse(open(ports, organizationId, egressAuthority, kept)) as CertificateAuthority;
  });
}

/** Replaces the value that is stored under a name. Requires a transaction that holds the lock on the master keys. */
export async function saveCredentialValue(
  { vault, tx }: Pick<SecretPorts, "vault"> & { readonly tx: AccessTransaction },
  organizationId: string,
  of: CredentialName,
  value: string,
): Promise<void> {
  const earlier = await tx.secrets.findCredential(organizationId, of);
  const version = (earlier?.version ?? 0) + 1;
  const sealed = vault.seal(value, contextOf(organizationId, of, version));
  await tx.secrets.saveCredential(organizationId, of, { version, sealed });
}

/**
 * Returns the decrypted value that the organization stores under a name, or null if there is none. Throws `internal` if
 * the value cannot be decrypted.
 */
export async function findCredentialValue(
  ports: CredentialReader,
  organizationId: string,
  of: CredentialName,
): Promise<string | null> {
  const found = await ports.store.secrets.findCredential(organizationId, of);
  return found === null ? null : open(ports, organizationId, of, found);
}

/**
 * Returns the decrypted values of one kind that the organization stores under these names. Omits names without a value.
 * Throws `internal` if a value cannot be decrypted.
 */
export async function findCredentialValues(
  ports: CredentialReader,
  organizationId: string,
  kind: CredentialName["kind"],
  names: readonly string[],
): Promise<{ readonly name: string; readonly value: string }[]> {
  const found = await ports.store.secrets.findCredentials(organizationId, kind, names);
  return found.map(({ name, ...credential }) => ({
    name,
    value: open(ports, organizationId, { kind, name }, credential),
  }));
}

function open(
  { vault }: Pick<SecretPorts, "vault">,
  organizationId: string,
  of: CredentialName,
  { version, sealed }: SealedCredential,
): string {
  return vault.open(sealed, contextOf(organizationId, of, version));
}

const contextOf = (organizationId: string, { kind, name }: CredentialName, version: number): SealContext => ({
  organizationId,
  name: `${kind}:${name}`,
  version,
});
