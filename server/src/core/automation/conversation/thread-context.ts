import {
  defaultIntegrationSettings,
  type Forge,
  type ForgeComment,
  type ForgeEvent,
  type ForgeThread,
  type ForgeUser,
  forgeOf,
  type Integration,
  mentionPrefixes,
  type Repository,
} from "../../forges/index.ts";
import type { AutomationPorts } from "../ports.ts";

/** A forge event, with the context that its handlers need. */
export interface ForgeEventContext<Event extends ForgeEvent = ForgeEvent> {
  /** Integration, or null for the built-in forge. */
  readonly integration: Integration | null;
  readonly repository: Repository;
  readonly event: Event;
  /** Delivery that contained the event. The delivery is the same if the event is handled again after a crash. */
  readonly delivery: { readonly id: string };
}

/** Result of handling an event. A null outcome means that the event does not concern Tembo. */
export type Handled =
  | { readonly outcome: string | null; readonly sessionId: string | null }
  /** The event came too early. Handle it again from the start after this time. */
  | { readonly kind: "later"; readonly afterMs: number };

export const nothing: Handled = { outcome: null, sessionId: null };

/** A thread on a forge, with access through Tembo's own account. */
export interface ThreadContext {
  readonly ports: AutomationPorts;
  readonly forge: Forge;
  readonly integration: Integration | null;
  readonly repository: Repository;
  readonly deliveryId: string;
  /** User ID of Tembo's own account, whose comments are ignored. */
  readonly ownId: string;
}

/** Text that may mention Tembo. */
export interface IncomingComment {
  readonly thread: ForgeThread;
  readonly author: ForgeUser;
  readonly body: string;
  readonly url: string;
  /** Comment, or null for the text of the issue itself. */
  readonly comment: ForgeComment | null;
}

export async function loadThreadContext(
  ports: AutomationPorts,
  eventContext: ForgeEventContext,
): Promise<ThreadContext> {
  const { integration, repository, delivery } = eventContext;
  const forge = await forgeOf(ports, repository);
  return {
    ports,
    forge,
    integration,
    repository,
    deliveryId: delivery.id,
    ownId: integration?.account?.id ?? (await forge.account()).id,
  };
}

export function mentionSyntax(ports: Pick<AutomationPorts, "forgeKinds">, integration: Integration | null) {
  return {
    name: integration?.settings.mentionName ?? defaultIntegrationSettings.mentionName,
    takesSlash: mentionPrefixes(ports, integration?.forge).includes("/"),
  };
}
