import type { WebhookDelivery } from "@tembo/contract";
import { type Files, startWorld, type World } from "../support/index.ts";
import { createPerson, isTembo, type Person } from "./person.ts";
import { createPlays } from "./plays.ts";
import { until } from "./until.ts";

const SETTINGS = {
  TEMBO_COMMENT_SETTLE_SECONDS: "1",
  // A note to the server's log that a story may want to look at.
  TEMBO_LOG_LEVEL: "info",
};

/** A Tembo of one's own with a second person, Ada, who talks to it on its own forge. */
export async function startTalking() {
  const world = await startWorld({ env: SETTINGS });
  const { token } = await world.client.apiKeys.create({ name: "Ada Lovelace" });
  const { client } = world;

  return {
    world,
    client,
    plays: createPlays(world.model),
    /** A repository of the local forge with one commit, and Ada in it. */
    place: async (path: string, files: Files) => {
      const repository = await world.repository(path, files);
      return { repository, ada: createPerson(world.url, token, path) };
    },
    deliveries: () => new DeliveryLog(world),
    close: () => world.close(),
  };
}

/** What forges tell from the moment it is made. */
export class DeliveryLog {
  readonly #world: World;
  readonly #seen: Promise<ReadonlySet<string>>;

  constructor(world: World) {
    this.#world = world;
    this.#seen = this.#list().then((items) => new Set(items.map(({ id }) => id)));
  }

  /** Waits until `count` more have been told and all of them are worked; gives them, oldest first. */
  async worked(count: number): Promise<readonly WebhookDelivery[]> {
    const seen = await this.#seen;
    return until(`${count} deliveries to be worked`, async () => {
      const fresh = (await this.#list()).filter(({ id }) => !seen.has(id));
      const isDone = fresh.length >= count && fresh.every(({ status }) => status !== "received");
      return isDone && fresh.toReversed();
    });
  }

  async #list(): Promise<readonly WebhookDelivery[]> {
    return (await this.#world.client.deliveries.list({ limit: 100 })).items;
  }
}

/** What Tembo has said on an issue or pull request as a whole, once there are `count` answers. */
export function answers(person: Person, number: number, count: number): Promise<readonly string[]> {
  return until(`${count} answers on #${number}`, async () => {
    const own = (await person.comments(number)).filter(({ user }) => isTembo(user));
    return own.length >= count && own.map(({ body }) => body);
  });
}
