import { queryOptions } from "@tanstack/react-query";
import type { Integration, IntegrationTriggerList } from "@tembo-io/sdk";
import { tembo } from "../../api/client.ts";
import { text } from "../../text/index.ts";

type Event = IntegrationTriggerList["items"][number]["triggers"][number];
export type EventFilter = NonNullable<Event["filters"]>["properties"][string];

/** A forge, the events that it sends and the organization's integrations with it. */
export interface EventSource {
  readonly title: string;
  /** Short name, for a single integration. */
  readonly label: string;
  readonly events: readonly Event[];
  readonly integrations: readonly Pick<Integration, "id" | "displayName">[];
  readonly isConnected: boolean;
}

export const eventSourcesQuery = queryOptions({
  queryKey: ["event-sources"],
  queryFn: async ({ signal }): Promise<EventSource[]> => {
    const [{ items: sources }, { items: integrations }, { items: providers }] = await Promise.all([
      tembo.integrations.triggers({ limit: 100 }, { signal }),
      tembo.integrations.list({ limit: 100 }, { signal }),
      tembo.integrations.providers({ limit: 100 }, { signal }),
    ]);
    return sources.map(({ integrationType, triggers }) => {
      const ofType = integrations.filter(({ type }) => type === integrationType);
      const provider = providers.find((one) => one.integrationType === integrationType);
      return {
        title: provider?.displayName ?? text.agentStarts.triggers.builtIn,
        label: provider?.forge?.label ?? text.agentStarts.triggers.builtIn,
        events: triggers,
        integrations: ofType,
        isConnected: integrationType === "local" || ofType.length > 0,
      };
    });
  },
});
