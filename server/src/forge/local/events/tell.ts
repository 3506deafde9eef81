import { randomUUID } from "node:crypto";
import { reason } from "../../../core/base/index.ts";
import type { LocalContext } from "../context.ts";
import { bodiesOf } from "./bodies.ts";
import type { HookDeliveries } from "./hook-deliveries.ts";

/** What the product itself is told, as a webhook would be, but without a signature. */
export interface LocalDelivery {
  readonly repositoryId: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** Of one repository; older ones are forgotten. */
const keptEvents = 2000;
const maxHooks = 100;

/**
 * Keeps what happened for those who ask, tells the product, and hands it to the hooks of the repository. News about a hook are for
 * that hook alone.
 */
export function createTell(
  context: Omit<LocalContext, "tell">,
  deliveries: Pick<HookDeliveries, "add">,
  onEvent: ((delivery: LocalDelivery) => Promise<void>) | undefined,
): LocalContext["tell"] {
  return async (repository, user, news) => {
    try {
      if (news.about === "hook") {
        for (const { name, body } of await bodiesOf(context, repository, user, news))
          deliveries.add(news.hook, headersOf(name, randomUUID()), JSON.stringify(body));
        return;
      }
      const hooks = await context.records.hooks.list(repository.id, { skip: 0, limit: maxHooks });
      for (const { name, body } of await bodiesOf(context, repository, user, news)) {
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
      // What it tells of has happened: whoever asked for it is not to learn of a failure.
      context.log.error(
        { error: reason(cause), repositoryId: repository.id, about: news.about },
        "an event of the local forge could not be told",
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
