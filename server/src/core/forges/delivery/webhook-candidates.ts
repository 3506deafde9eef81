import { AppError, reason } from "../../base/index.ts";
import type { ForgeAdapter } from "../forge/forge.ts";
import type { ForgeName } from "../forge/forge-name.ts";
import type { WebhookRequest } from "../forge/webhook.ts";
import type { Integration } from "../integration/integration.ts";
import { integrationSecretsOf } from "../integration/integration-secrets.ts";
import type { ForgesPorts, ForgesQueries } from "../ports.ts";

const maxCandidates = 200;
/** Number of secrets to read concurrently. */
const batch = 10;

/**
 * Returns the integrations that a request may be for: the integration in its URL, or otherwise all enabled integrations
 * of the forge. Throws `not_found` if the integration in the URL is unknown, belongs to another forge or is disabled,
 * or `invalid_input` if there are more than 200.
 */
export async function webhookCandidates(
  store: Pick<ForgesQueries, "integrations">,
  { forge, integrationId }: { readonly forge: ForgeName; readonly integrationId: string | null },
): Promise<Integration[]> {
  if (integrationId === null) {
    const candidates = await store.integrations.enabledOf(forge, maxCandidates + 1);
    if (candidates.length <= maxCandidates) return candidates;
    throw new AppError(
      "invalid_input",
      `This server has too many integrations of this forge to determine which one the webhook belongs to. Add "?integration=<id>" to the webhook's URL.`,
    );
  }
  const integration = await store.integrations.findById(integrationId);
  if (integration === null || integration.forge !== forge) {
    throw new AppError(
      "not_found",
      `Integration ${integrationId} was not found for this forge. Delete this webhook on the forge.`,
    );
  }
  if (integration.enabledAt === null) {
    throw new AppError("not_found", "This integration is disabled. Enable it again, or delete this webhook.");
  }
  return [integration];
}

/**
 * Returns the integrations whose secret matches the request. Tries every distinct secret, so that timing does not
 * reveal which secret matched.
 */
export async function verifyingIntegrations(
  ports: Pick<ForgesPorts, "store" | "vault" | "log">,
  adapter: ForgeAdapter,
  candidates: readonly Integration[],
  request: WebhookRequest,
): Promise<Integration[]> {
  const bySecret = new Map<string, Integration[]>();
  for (const [integration, secret] of await webhookSecrets(ports, candidates)) {
    if (secret === "") continue;
    bySecret.set(secret, [...(bySecret.get(secret) ?? []), integration]);
  }
  const verified: Integration[] = [];
  for (const [secret, integrations] of bySecret) {
    if (adapter.verifyWebhook(request, secret)) verified.push(...integrations);
    // Yields to the event loop after each secret, because verifying a large body takes time.
    await new Promise((resolve) => setImmediate(resolve));
  }
  return verified;
}

/**
 * Chooses one of several verified integrations, such as several installations of one app. Prefers an integration that
 * has the repository, ideally enabled. Otherwise chooses the first integration, or null if there are none.
 */
export async function chooseIntegration(
  store: Pick<ForgesQueries, "repositories">,
  adapter: ForgeAdapter,
  verified: readonly Integration[],
  request: WebhookRequest,
): Promise<Integration | null> {
  const externalId = verified.length > 1 ? repositoryIn(adapter, request) : null;
  let knowing: Integration | null = null;
  if (externalId !== null) {
    for (const integration of verified) {
      const repository = await store.repositories.findByExternalId(integration.id, externalId);
      if (repository?.enabledAt) return integration;
      if (repository !== null) knowing ??= integration;
    }
  }
  return knowing ?? verified[0] ?? null;
}

function repositoryIn(adapter: ForgeAdapter, request: WebhookRequest): string | null {
  try {
    for (const event of adapter.readWebhook(request)) {
      if ("repository" in event) return event.repository.externalId;
    }
    return null;
  } catch (cause) {
    // The delivery is still stored, so that it appears in the delivery log.
    if (cause instanceof AppError && cause.code === "invalid_input") return null;
    throw cause;
  }
}

async function webhookSecrets(
  ports: Pick<ForgesPorts, "store" | "vault" | "log">,
  integrations: readonly Integration[],
): Promise<[Integration, string][]> {
  const found: [Integration, string][] = [];
  for (let from = 0; from < integrations.length; from += batch) {
    const some = integrations.slice(from, from + batch);
    found.push(
      ...(await Promise.all(
        some.map(
          async (integration): Promise<[Integration, string]> => [
            integration,
            await webhookSecretOf(ports, integration),
          ],
        ),
      )),
    );
  }
  return found;
}

/**
 * Returns the webhook secret, or an empty string if there is none or it cannot be decrypted, so that one organization's
 * broken secret does not block other organizations' webhooks.
 */
async function webhookSecretOf(
  ports: Pick<ForgesPorts, "store" | "vault" | "log">,
  integration: Integration,
): Promise<string> {
  try {
    return (await integrationSecretsOf(ports, integration))?.webhookSecret ?? "";
  } catch (cause) {
    if (cause instanceof AppError && cause.code === "unavailable") throw cause;
    ports.log.error(
      { integrationId: integration.id, reason: reason(cause) },
      "the secret of an integration's webhook cannot be decrypted; set a new credential for the integration",
    );
    return "";
  }
}
