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

/** An event of a forge, with the context that is needed to handle it. */
export interface ForgeEventContext<Event extends ForgeEvent = ForgeEvent> {
  /** The integration, or null for the local forge. */
  readonly integration: Integration | null;
  readonly repository: Repository;
  readonly event: Event;
  /** The delivery that contained the event. It is the same if the event is handled again after a crash. */
  readonly delivery: { readonly id: string };
}

/** The result of handling an event. A null outcome means that nothing in the event concerns Tembo. */
export type Handled =
  | { readonly outcome: string | null; readonly sessionId: string | null }
  /** The event must be handled again, from the start, after this time. */
  | { readonly kind: "later"; readonly afterMs: number };

export const nothing: Handled = { outcome: null, sessionId: null };

/** A thread on a forge, with the access of our own account. */
export interface ThreadContext {
  readonly ports: AutomationPorts;
  readonly forge: Forge;
  readonly integration: Integration | null;
  readonly repository: Repository;
  readonly deliveryId: string;
  /** User id of our own account, whose comments are ignored. */
  readonly ownId: string;
}

/** Text that may mention Tembo. */
export interface IncomingComment {
  readonly thread: ForgeThread;
  readonly author: ForgeUser;
  readonly body: string;
  readonly url: string;
  /** The comment, or null for the text of the issue itself. */
  readonly comment: ForgeComment | null;
}

export async function loadThreadContext(
  ports: AutomationPorts,
  event: ForgeEventContext,
): Promise<ThreadContext> {
  const { integration, repository, delivery } = event;
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

/** Returns the syntax of mentions on this integration. */
export function mentionSyntax(ports: Pick<AutomationPorts, "forgeKinds">, integration: Integration | null) {
  return {
    name: integration?.settings.mentionName ?? defaultIntegrationSettings.mentionName,
    takesSlash: mentionPrefixes(ports, integration?.forge).includes("/"),
  };
}
