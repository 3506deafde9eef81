import { AppError, refuseNul } from "../../base/index.ts";
import { askAccount, requireOwnAccount } from "../integration/ask-account.ts";
import { getIntegration } from "../integration/get-integration.ts";
import type { Integration, IntegrationSettings } from "../integration/integration.ts";
import { integrationSecretsOf, saveIntegrationSecrets } from "../integration/integration-secrets.ts";
import type { ForgesPorts } from "../ports.ts";
import { newWebhookSecret } from "./create-integration.ts";
import { removeWebhooks } from "./delete-integration.ts";
import { requestSync } from "./sync/request-sync.ts";

export interface IntegrationChange {
  readonly displayName?: string | undefined;
  /** New token, which replaces the current credential. */
  readonly accessToken?: string | undefined;
  /** Username to send with the token, if the forge requires one. */
  readonly username?: string | undefined;
  /** OpenSSH private key that signs commits, or null to remove the key. */
  readonly signingKey?: string | null | undefined;
  readonly settings: Partial<IntegrationSettings>;
  readonly enabled?: boolean | undefined;
}

type UpdatePorts = Pick<
  ForgesPorts,
  "store" | "forges" | "vault" | "clock" | "engine" | "log" | "logMask" | "settings"
>;

/**
 * Changes the given fields. Tests a new token first. If the integration is then enabled, requests a sync if the token
 * is new, if the integration was disabled or if it switches to webhooks. Removes the webhooks from the forge if it
 * switches to polling. Throws `invalid_input` for a rejected token, an invalid display name or signing key, a username
 * without a token, or a default repository that is not enabled in the organization. Throws `not_found` if the
 * organization has no such integration, or `conflict` if the account is already connected or the integration is not yet
 * authorized.
 */
export async function updateIntegration(
  ports: UpdatePorts,
  organizationId: string,
  id: string,
  change: IntegrationChange,
): Promise<Integration> {
  refuseNul("displayName", change.displayName);
  const before = await getIntegration(ports, organizationId, id);
  if (change.accessToken === undefined && change.username !== undefined) {
    throw new AppError(
      "invalid_input",
      '"username" can only be changed together with "accessToken". Set both.',
      {
        field: "username",
      },
    );
  }
  requireSigningKey(change.signingKey);
  await requireUsable(ports, organizationId, change.settings.defaultRepositoryId);
  const asked =
    change.accessToken === undefined
      ? null
      : await askAccount(ports, before, {
          type: "token",
          token: change.accessToken,
          username: change.username ?? null,
        });
  const after = await ports.store.transaction(async (tx) => {
    await tx.secrets.lockMasterKeys("use");
    if (!(await tx.integrationSetup.lockIntegration(id))) {
      throw new AppError("not_found", `Integration ${id} was not found.`);
    }
    const current = await getIntegration({ store: tx }, organizationId, id);
    const secrets = await integrationSecretsOf({ store: tx, vault: ports.vault }, current);
    if (asked !== null) await requireOwnAccount(tx, current, asked.account);
    const credential = asked?.credential ?? secrets?.credential;
    if (credential !== undefined && (asked !== null || change.signingKey !== undefined)) {
      await saveIntegrationSecrets({ vault: ports.vault, tx }, current, {
        credential,
        webhookSecret: secrets?.webhookSecret ?? newWebhookSecret(),
        signingKey: change.signingKey === undefined ? (secrets?.signingKey ?? null) : change.signingKey,
      });
    }
    const next = changed(current, change, asked?.account ?? current.account, ports.clock.now());
    await tx.integrations.update(next);
    if (needsSync(current, next, asked !== null)) await requestSync(ports, tx, next, { enablesNew: false });
    return next;
  });
  const endsWebhooks = before.settings.events === "webhook" && after.settings.events === "polling";
  if (endsWebhooks) await removeWebhooks(ports, after);
  return after;
}

function changed(
  current: Integration,
  change: IntegrationChange,
  account: Integration["account"],
  now: Date,
): Integration {
  const isWanted = change.enabled ?? (current.enabledAt !== null || change.accessToken !== undefined);
  if (isWanted && account === null) {
    throw new AppError(
      "conflict",
      `The integration "${current.displayName}" is not yet authorized. Authorize it to enable it.`,
    );
  }
  return {
    ...current,
    displayName: change.displayName ?? current.displayName,
    account,
    settings: { ...current.settings, ...change.settings },
    enabledAt: isWanted ? (current.enabledAt ?? now) : null,
    updatedAt: now,
  };
}

function requireSigningKey(key: string | null | undefined): void {
  if (key === undefined || key === null) return;
  if (/^-----BEGIN OPENSSH PRIVATE KEY-----\s[\s\S]+-----END OPENSSH PRIVATE KEY-----\s*$/.test(key)) return;
  throw new AppError(
    "invalid_input",
    'The "signingKey" is not an OpenSSH private key. Create one with "ssh-keygen -t ed25519 -N \'\'", and use the contents of the file without ".pub".',
    { field: "signingKey" },
  );
}

function needsSync(before: Integration, after: Integration, hasNewToken: boolean): boolean {
  if (after.enabledAt === null) return false;
  const beginsWebhooks = before.settings.events !== "webhook" && after.settings.events === "webhook";
  return hasNewToken || before.enabledAt === null || beginsWebhooks;
}

async function requireUsable(
  { store }: Pick<ForgesPorts, "store">,
  organizationId: string,
  repositoryId: string | null | undefined,
): Promise<void> {
  if (repositoryId === undefined || repositoryId === null) return;
  const repository = await store.repositories.find(organizationId, repositoryId);
  if (repository?.enabledAt) return;
  throw new AppError(
    "invalid_input",
    `Repository ${repositoryId} does not exist or is disabled. Enable it before you make it the default.`,
  );
}
