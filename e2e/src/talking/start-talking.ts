import type { SessionEvent, WebhookDelivery } from "@tembo/contract";
import { type Files, reachingLoopback, startWorld, type World } from "../support/index.ts";
import { createPerson, isTembo, type Person } from "./person.ts";
import { createPlays } from "./plays.ts";
import { until } from "./until.ts";

const SETTINGS = {
  ...reachingLoopback,
  TEMBO_COMMENT_SETTLE_SECONDS: "1",
};

export type Talking = Awaited<ReturnType<typeof startTalking>>;

/** Starts a Tembo server with a second user, Ada, who talks to Tembo on the built-in forge. */
export async function startTalking() {
  const world = await startWorld({ env: SETTINGS });
  const { token } = await world.client.apiKeys.create({ name: "Ada Lovelace" });
  const { client } = world;

  return {
    world,
    client,
    plays: createPlays(world.model),
    /** Creates a repository on the local forge with one commit, and a client for Ada. */
    place: async (path: string, files: Files) => {
      const repository = await world.repository(path, files);
      return { repository, ada: createPerson(world.url, token, path) };
    },
    listen: () => listen(client),
    /** Returns all events of a session so far. */
    eventsOf: async (sessionId: string): Promise<readonly SessionEvent[]> => {
      const events: SessionEvent[] = [];
      for (let cursor: string | undefined; ; ) {
        const page = await client.session.listEvents(sessionId, { limit: 100, cursor });
        events.push(...page.items);
        if (page.nextCursor === null) return events;
        cursor = page.nextCursor;
      }
    },
    close: () => world.close(),
  };
}

/** Returns an object whose `worked` waits for deliveries of an event. It ignores the deliveries that already exist. */
async function listen({ deliveries }: World["client"]) {
  const list = async () => (await deliveries.list({ limit: 100 })).items;
  const seen = new Set((await list()).map(({ id }) => id));
  return {
    /**
     * Waits until at least `count` deliveries of an event have arrived and all have been processed. Returns the
     * deliveries, oldest first.
     */
    worked: (eventName: string, count: number): Promise<readonly WebhookDelivery[]> =>
      until(`${count} processed deliveries of ${eventName}`, async () => {
        const fresh = (await list()).filter((one) => one.eventName === eventName && !seen.has(one.id));
        const isDone = fresh.length >= count && fresh.every(({ status }) => status !== "received");
        return isDone && fresh.toReversed();
      }),
  };
}

/** Returns Tembo's comments on an issue or pull request as a whole. Waits for at least `count` comments. */
export function answers(person: Person, number: number, count: number): Promise<readonly string[]> {
  return until(`${count} replies on #${number}`, async () => {
    const own = (await person.comments(number)).filter(({ user }) => isTembo(user));
    return own.length >= count && own.map(({ body }) => body);
  });
}
