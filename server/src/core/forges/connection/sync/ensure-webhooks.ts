import { AppError, reason, withReason } from "../../../base/index.ts";
import type { Forge } from "../../forge/forge.ts";
import type { Integration } from "../../integration/integration.ts";
import { integrationSecretsOf } from "../../integration/integration-secrets.ts";
import { canReachUs, webhookUrl } from "../../integration/webhook-url.ts";
import type { ForgesPorts } from "../../ports.ts";
import type { Repository } from "../../repository/repository.ts";

type WebhookPorts = Pick<ForgesPorts, "store" | "vault" | "log" | "settings">;

const pageSize = 100;
/**
 * Number of consecutive failures after which the remaining repositories are skipped, because the forge is likely to
 * reject their webhooks too.
 */
const maxFailuresInARow = 5;

/**
 * Creates or updates the webhook on every enabled repository of an integration that uses webhooks, except on archived
 * repositories. Stops after five consecutive `forge_failed` errors. Returns the number of webhooks, and notices about
 * these errors. Throws the forge's other errors.
 */
export async function ensureWebhooks(
  ports: WebhookPorts,
  integration: Integration,
  forge: Forge,
  signal: AbortSignal,
): Promise<{ readonly webhooks: number; readonly notices: readonly string[] }> {
  const webhook = await webhookOf(ports, integration);
  if ("notice" in webhook) {
    return { webhooks: 0, notices: webhook.notice === null ? [] : [webhook.notice] };
  }
  let webhooks = 0;
  const failures: string[] = [];
  let failuresInARow = 0;
  let isCut = false;
  for await (const repository of enabledRepositories(ports, integration)) {
    signal.throwIfAborted();
    try {
      await forge.ensureWebhook(repository, webhook);
      webhooks++;
      failuresInARow = 0;
    } catch (cause) {
      if (!(cause instanceof AppError) || cause.code !== "forge_failed") throw cause;
      ports.log.warn(
        { repositoryId: repository.id, reason: reason(cause) },
        "a webhook could not be created",
      );
      failures.push(withReason(`${repository.owner}/${repository.name} has no webhook`, cause));
      isCut = ++failuresInARow === maxFailuresInARow;
      if (isCut) break;
    }
  }
  const [first] = failures;
  if (first === undefined) return { webhooks, notices: [] };
  const others = failures.length - 1;
  const more =
    others === 0
      ? []
      : [`${others} more ${others === 1 ? "webhook" : "webhooks"} could not be created or updated.`];
  const rest = isCut ? ["The remaining repositories were skipped."] : [];
  return { webhooks, notices: [first, ...more, ...rest] };
}

/**
 * Returns the webhook for an integration's repositories, or a notice that explains why it has none. The notice is null
 * if the integration uses polling.
 */
export async function webhookOf(
  ports: WebhookPorts,
  integration: Integration,
): Promise<{ readonly url: string; readonly secret: string } | { readonly notice: string | null }> {
  if (integration.settings.events !== "webhook") return { notice: null };
  const { publicUrl } = ports.settings;
  if (!canReachUs(publicUrl, integration.webUrl)) {
    const notice = `${integration.webUrl} cannot reach ${publicUrl}, so no webhook was created. Set TEMBO_PUBLIC_URL, or set the integration's events to polling.`;
    ports.log.warn({ integrationId: integration.id }, notice);
    return { notice };
  }
  const secrets = await integrationSecretsOf(ports, integration);
  if (secrets === null) return { notice: "The integration has no credential. Authorize it again." };
  return { url: webhookUrl(publicUrl, integration), secret: secrets.webhookSecret };
}

async function* enabledRepositories(
  { store }: Pick<ForgesPorts, "store">,
  { id, organizationId }: Integration,
): AsyncIterable<Repository> {
  let cursor: string | undefined;
  do {
    const page = await store.syncedRepositories.list(organizationId, {
      integrationId: id,
      enabled: true,
      order: "asc",
      limit: pageSize,
      ...(cursor !== undefined && { cursor }),
    });
    yield* page.items.filter(({ isArchived }) => !isArchived);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
}
