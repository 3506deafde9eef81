import { AppError } from "../../base/index.ts";
import { getForgeAdapter } from "../forge/find-forge-kind.ts";
import type { ForgeCredential } from "../forge/forge-credential.ts";
import type { ForgesPorts, ForgesTransaction } from "../ports.ts";
import type { Integration, IntegrationSecrets } from "./integration.ts";

type Account = NonNullable<Integration["account"]>;

/**
 * Returns the account of a credential that is not stored yet, and the credential, which the forge may have renewed.
 * Throws `invalid_input` with the forge's own message if the forge rejects the credential, or `not_found` for a kind
 * that is no longer registered.
 */
export async function askAccount(
  ports: Pick<ForgesPorts, "forges" | "logMask">,
  integration: Pick<Integration, "id" | "forge" | "webUrl" | "apiUrl">,
  given: ForgeCredential,
): Promise<{ readonly account: Account; readonly credential: ForgeCredential }> {
  const adapter = getForgeAdapter(ports, integration.forge);
  let credential = given;
  // The stored credential stays masked under the integration's own ID, because the new one may be rejected.
  const owner = { id: `${integration.id}:new` };
  protectSecrets(ports, owner, { credential });
  const forge = adapter.connect({
    webUrl: integration.webUrl,
    apiUrl: integration.apiUrl,
    credential,
    renew: async (known, refresh) => {
      const renewed = await refresh(known);
      credential = renewed;
      protectSecrets(ports, owner, { credential });
      return renewed;
    },
  });
  try {
    const { id, login } = await forge.account();
    return { account: { id, login }, credential };
  } catch (cause) {
    throw asRefusal(cause);
  }
}

/** Converts a rejection by the forge to an error that the caller can act on. Returns every other error unchanged. */
export function asRefusal(cause: unknown, code: "invalid_input" | "conflict" = "invalid_input"): unknown {
  if (!(cause instanceof AppError)) return cause;
  if (cause.code !== "forge_failed" && cause.code !== "forge_unauthorized") return cause;
  return new AppError(code, cause.message, { cause });
}

/**
 * Requires that no other integration of the organization has the account. Call it in the transaction that stores the
 * account. Throws `conflict` otherwise.
 */
export async function requireOwnAccount(
  tx: ForgesTransaction,
  integration: Pick<Integration, "id" | "organizationId" | "forge" | "webUrl">,
  account: Account,
): Promise<void> {
  const holders = await tx.integrationSetup.lockAccount({ ...integration, account });
  const other = holders.find((id) => id !== integration.id);
  if (other === undefined) return;
  const holder = (await tx.integrations.findById(other))?.displayName ?? other;
  throw new AppError(
    "conflict",
    `The account ${account.login} at ${integration.webUrl} is already connected through the integration "${holder}". Change that integration, or delete it first.`,
  );
}

/** Makes this process mask the credential and the webhook secret in its log, instead of the integration's earlier ones. */
export function protectSecrets(
  { logMask }: Pick<ForgesPorts, "logMask">,
  { id }: Pick<Integration, "id">,
  { credential, webhookSecret = "" }: Pick<IntegrationSecrets, "credential"> & Partial<IntegrationSecrets>,
): void {
  const named = Object.entries({ ...secretsIn(credential), WEBHOOK_SECRET: webhookSecret });
  logMask.protect(
    `integration:${id}`,
    named.flatMap(([key, value]) => (value === null || value === "" ? [] : [{ key, value }])),
  );
}

function secretsIn(credential: ForgeCredential): Readonly<Record<string, string | null>> {
  if (credential.type === "token") return { FORGE_TOKEN: credential.token };
  if (credential.type === "oauth") {
    const { accessToken, refreshToken, clientSecret } = credential;
    return { FORGE_TOKEN: accessToken, FORGE_REFRESH_TOKEN: refreshToken, FORGE_CLIENT_SECRET: clientSecret };
  }
  return { FORGE_CLIENT_SECRET: credential.clientSecret, FORGE_PRIVATE_KEY: credential.privateKey };
}
