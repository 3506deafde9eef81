import { findCredentialValue, saveCredentialValue } from "../../access/index.ts";
import type { AutomationPorts, AutomationQueries, AutomationTransaction } from "../ports.ts";
import type { Webhook } from "./webhook.ts";

export interface WebhookSecrets {
  readonly current: string;
  /** Previous secret, with which requests are also signed until the given time, or null if there is none. */
  readonly earlier: { readonly secret: string; readonly until: Date } | null;
}

type Place = Pick<Webhook, "id" | "organizationId">;

const credentialOf = ({ id }: Place) => ({ kind: "webhook", name: id }) as const;

interface Kept {
  readonly current: string;
  readonly earlier: { readonly secret: string; readonly until: string } | null;
}

/** Returns the secrets, or null if they no longer exist. Throws the vault's errors. */
export async function webhookSecretsOf(
  ports: { readonly vault: AutomationPorts["vault"]; readonly store: Pick<AutomationQueries, "secrets"> },
  webhook: Place,
): Promise<WebhookSecrets | null> {
  const value = await findCredentialValue(ports, webhook.organizationId, credentialOf(webhook));
  if (value === null) return null;
  const { current, earlier } = JSON.parse(value) as Kept;
  return { current, earlier: earlier && { secret: earlier.secret, until: new Date(earlier.until) } };
}

/** Saves the secrets. Requires a transaction that holds the lock on the master keys. */
export async function saveWebhookSecrets(
  ports: { readonly vault: AutomationPorts["vault"]; readonly tx: AutomationTransaction },
  webhook: Place,
  secrets: WebhookSecrets,
): Promise<void> {
  await saveCredentialValue(ports, webhook.organizationId, credentialOf(webhook), JSON.stringify(secrets));
}

export function deleteWebhookSecrets(tx: AutomationTransaction, webhook: Place): Promise<void> {
  return tx.secrets.deleteCredential(webhook.organizationId, credentialOf(webhook));
}

/** Returns the secrets that are used for signing at this time, newest first. */
export function secretsInUse({ current, earlier }: WebhookSecrets, at: Date): string[] {
  return earlier !== null && at < earlier.until ? [current, earlier.secret] : [current];
}
