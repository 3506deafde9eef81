import { findCredentialValue, saveCredentialValue } from "../../access/index.ts";
import type { AutomationPorts, AutomationQueries, AutomationTransaction } from "../ports.ts";
import type { Webhook } from "./webhook.ts";

/** What signs a webhook's requests. Stays in the core. */
export interface WebhookSecrets {
  readonly current: string;
  /** Signs too, until then. */
  readonly earlier: { readonly secret: string; readonly until: Date } | null;
}

type Place = Pick<Webhook, "id" | "organizationId">;

const credentialOf = ({ id }: Place) => ({ kind: "webhook", name: id }) as const;

interface Kept {
  readonly current: string;
  readonly earlier: { readonly secret: string; readonly until: string } | null;
}

/** Null when there is none any more. Throws what the vault throws. */
export async function webhookSecretsOf(
  ports: { readonly vault: AutomationPorts["vault"]; readonly store: Pick<AutomationQueries, "secrets"> },
  webhook: Place,
): Promise<WebhookSecrets | null> {
  const value = await findCredentialValue(ports, webhook.organizationId, credentialOf(webhook));
  if (value === null) return null;
  const { current, earlier } = JSON.parse(value) as Kept;
  return { current, earlier: earlier && { secret: earlier.secret, until: new Date(earlier.until) } };
}

/** In a transaction that holds the master keys. */
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

/** Those that sign at a time, the newest first. */
export function secretsInUse({ current, earlier }: WebhookSecrets, at: Date): string[] {
  return earlier !== null && at < earlier.until ? [current, earlier.secret] : [current];
}
