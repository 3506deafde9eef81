import { randomUUID } from "node:crypto";
import { reason } from "../../../core/base/index.ts";
import type { LocalContext } from "../context.ts";
import { bodiesOf } from "./bodies.ts";
import type { HookDeliveries } from "./hook-deliveries.ts";

/** Event in webhook format, without a signature. It is delivered to Tembo within the process. */
export interface LocalDelivery {
  readonly repositoryId: string;
  /** Headers, with lowercase names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** Maximum number of events kept per repository. Older events are deleted. */
const keptEvents = 2000;
const maxHooks = 100;

/**
 * Creates the function that publishes events. The function stores each event for polling, queues it for the repository's webhooks and delivers
 * it to Tembo. It sends events about a webhook only to that webhook.
 */
export function createPublish(
  context: Omit<LocalContext, "publish">,
  deliveries: Pick<HookDeliveries, "add">,
  onEvent: ((delivery: LocalDelivery) => Promise<void>) | undefined,
): LocalContext["publish"] {
  return async (repository, user, change) => {
    try {
      if (change.about === "hook") {
        for (const { name, body } of await bodiesOf(context, repository, user, change))
          deliveries.add(change.hook, headersOf(name, randomUUID()), JSON.stringify(body));
        return;
      }
      const hooks = await context.records.hooks.list(repository.id, { skip: 0, limit: maxHooks });
      for (const { name, body } of await bodiesOf(context, repository, user, change)) {
        const text = JSON.stringify(body);
        const deliveryId = randomUUID();
        await context.records.events.append(
          { repositoryId: repository.id, deliveryId, name, body: text },
          keptEvents,
        );
        const headers = headersOf(name, deliveryId);
        for (const hook of hooks)
          if (hook.isActive && (hook.events.includes("*") || hook.events.includes(name)))
            deliveries.add(hook, headers, text);
        await onEvent?.({ repositoryId: repository.id, headers, body: Buffer.from(text) });
      }
    } catch (cause) {
      // The change has already succeeded, so the caller must not receive this error.
      context.log.error(
        { error: reason(cause), repositoryId: repository.id, about: change.about },
        "an event of the built-in forge could not be published",
      );
    }
  };
}

export const headersOf = (name: string, deliveryId: string): Readonly<Record<string, string>> => ({
  "content-type": "application/json",
  "user-agent": "Tembo-Hookshot",
  "x-github-event": name,
  "x-github-delivery": deliveryId,
});
