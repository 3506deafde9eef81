import { pollUntil } from "../../../runtime/poll-until.ts";
import { AppError, newId } from "../../base/index.ts";
import type { OauthCredential, RenewCredential } from "../forge/forge-credential.ts";
import type { ForgesPorts } from "../ports.ts";
import type { Integration } from "./integration.ts";
import { integrationSecretsOf, saveIntegrationSecrets } from "./integration-secrets.ts";

/** Time for which one process may renew a credential. Longer than the time limit of a request for tokens. */
const renewalMs = 60_000;

interface Renewal {
  readonly known: Parameters<RenewCredential>[0];
  readonly refresh: Parameters<RenewCredential>[1];
}

/**
 * Renews an integration's stored credential once, although several processes may try. Returns the stored credential if it
 * is newer than `known`. Throws `not_found` if the integration has no OAuth credential any longer, `forge_failed` if
 * another process does not finish its renewal, and the errors of `refresh`.
 */
export async function renewCredential(
  ports: Pick<ForgesPorts, "store" | "vault">,
  integration: Integration,
  renewal: Renewal,
): Promise<OauthCredential> {
  let renewed: OauthCredential | null = null;
  const attempt = async () => {
    renewed = await tryRenewal(ports, integration, renewal);
    return renewed !== null;
  };
  await pollUntil(attempt, { every: { firstMs: 200, maxMs: 2_000 }, timeoutMs: renewalMs + 5_000 });
  if (renewed !== null) return renewed;
  throw new AppError(
    "forge_failed",
    `Another process is renewing the credential of the integration "${integration.displayName}". Try again in a minute.`,
  );
}

/** Returns null if another process is renewing the credential. */
async function tryRenewal(
  ports: Pick<ForgesPorts, "store" | "vault">,
  integration: Integration,
  { known, refresh }: Renewal,
): Promise<OauthCredential | null> {
  const { integrationSetup } = ports.store;
  const renewalId = newId();
  const isReserved = await integrationSetup.reserveRenewal(integration.id, renewalId, renewalMs);
  try {
    const newest = await oauthCredentialOf(ports, integration);
    if (isNewer(newest, known)) return newest;
    if (!isReserved) return null;
    return await save(ports, integration, { newest, renewed: await refresh(newest) });
  } finally {
    if (isReserved) await integrationSetup.endRenewal(integration.id, renewalId);
  }
}

const isNewer = (newest: OauthCredential, known: OauthCredential) =>
  newest.accessToken !== known.accessToken || newest.refreshToken !== known.refreshToken;

async function oauthCredentialOf(
  ports: Pick<ForgesPorts, "store" | "vault">,
  integration: Integration,
): Promise<OauthCredential> {
  const secrets = await integrationSecretsOf(ports, integration);
  if (secrets?.credential.type === "oauth") return secrets.credential;
  throw replaced(integration);
}

/** Saves the renewed credential, unless a person or another process has replaced it meanwhile. Returns the stored one. */
function save(
  { store, vault }: Pick<ForgesPorts, "store" | "vault">,
  integration: Integration,
  { newest, renewed }: { readonly newest: OauthCredential; readonly renewed: OauthCredential },
): Promise<OauthCredential> {
  return store.transaction(async (tx) => {
    await tx.secrets.lockMasterKeys("use");
    await tx.integrationSetup.lockIntegration(integration.id);
    const current = await integrationSecretsOf({ store: tx, vault }, integration);
    if (current?.credential.type !== "oauth") throw replaced(integration);
    if (isNewer(current.credential, newest)) return current.credential;
    await saveIntegrationSecrets({ vault, tx }, integration, { ...current, credential: renewed });
    return renewed;
  });
}

const replaced = ({ displayName }: Integration) =>
  new AppError(
    "not_found",
    `The credential of the integration "${displayName}" was replaced or removed. Try again. If the error remains, authorize the integration again.`,
  );
