import { randomBytes } from "node:crypto";
import { newId, refuseNul } from "../../base/index.ts";
import { getConnectableForge } from "../forge/find-forge-kind.ts";
import type { ForgeCredential } from "../forge/forge-credential.ts";
import { askAccount, protectSecrets, requireOwnAccount } from "../integration/ask-account.ts";
import { forgeAddresses } from "../integration/forge-addresses.ts";
import {
  defaultIntegrationSettings,
  type Integration,
  type IntegrationSettings,
} from "../integration/integration.ts";
import { saveIntegrationSecrets } from "../integration/integration-secrets.ts";
import type { ForgesPorts } from "../ports.ts";
import { requestSync } from "./sync/request-sync.ts";

export interface NewIntegration {
  readonly forge: Integration["forge"];
  /** Credential, or null if `authorizeIntegration` will create an app on the forge for the integration. */
  readonly credential: ForgeCredential | null;
  readonly baseUrl?: string | undefined;
  readonly apiUrl?: string | undefined;
  readonly displayName?: string | undefined;
  readonly webhookSecret?: string | undefined;
  readonly settings: Partial<Omit<IntegrationSettings, "defaultRepositoryId">>;
}

type CreatePorts = Pick<
  ForgesPorts,
  "store" | "forgeKinds" | "forges" | "vault" | "clock" | "engine" | "logMask"
>;

/**
 * Connects a forge. If the credential is complete, tests it, stores it encrypted, enables the integration and requests
 * the first sync. Otherwise, the integration remains disabled until a person has completed the authorization or
 * installation. Throws `invalid_input` if a field is not valid or the forge rejects the credential, or `conflict` if
 * the credential's account is already connected. On an error, stores nothing.
 */
export async function createIntegration(
  ports: CreatePorts,
  organizationId: string,
  input: NewIntegration,
): Promise<Integration> {
  refuseNul("displayName", input.displayName);
  const addresses = forgeAddresses(getConnectableForge(ports, input.forge).descriptor, input);
  const now = ports.clock.now();
  const draft: Integration = {
    id: newId(now.getTime()),
    organizationId,
    forge: input.forge,
    displayName: input.displayName ?? new URL(addresses.webUrl).host,
    ...addresses,
    account: null,
    settings: { ...defaultIntegrationSettings, ...input.settings },
    enabledAt: null,
    lastSyncedAt: null,
    createdAt: now,
    updatedAt: now,
  };
  if (input.credential === null) {
    await ports.store.integrations.insert(draft);
    return draft;
  }
  const asked = isComplete(input.credential)
    ? await askAccount(ports, draft, input.credential)
    : { account: null, credential: input.credential };
  const integration = { ...draft, account: asked.account, enabledAt: asked.account === null ? null : now };
  const secrets = {
    credential: asked.credential,
    webhookSecret: input.webhookSecret ?? newWebhookSecret(),
    signingKey: null,
  };
  protectSecrets(ports, integration, secrets);
  await ports.store.transaction(async (tx) => {
    await tx.secrets.lockMasterKeys("use");
    if (asked.account !== null) await requireOwnAccount(tx, integration, asked.account);
    await tx.integrations.insert(integration);
    await saveIntegrationSecrets({ vault: ports.vault, tx }, integration, secrets);
    if (asked.account !== null) await requestSync(ports, tx, integration, { enablesNew: false });
  });
  return integration;
}

/** True if the credential is usable without a further step by a person. */
export function isComplete(credential: ForgeCredential): boolean {
  if (credential.type === "githubApp") return credential.installationId !== null;
  return credential.type === "token" || credential.accessToken !== null;
}

export const newWebhookSecret = () => randomBytes(32).toString("hex");
