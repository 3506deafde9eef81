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

/** Something that a forge told, with what is needed to look into it. */
export interface ForgeEventContext<Event extends ForgeEvent = ForgeEvent> {
  /** Null for the local forge. */
  readonly integration: Integration | null;
  readonly repository: Repository;
  readonly event: Event;
  /** What it came with: the same when it is worked again after a crash. */
  readonly delivery: { readonly id: string };
}

/** What came of it. A null outcome means that nothing in it is for us. */
export type Handled =
  | { readonly outcome: string | null; readonly sessionId: string | null }
  /** Too early: to be worked again, from its start, after that time. */
  | { readonly kind: "later"; readonly afterMs: number };

export const nothing: Handled = { outcome: null, sessionId: null };

/** Where somebody talks, as our own account sees it. */
export interface ThreadContext {
  readonly ports: AutomationPorts;
  readonly forge: Forge;
  readonly integration: Integration | null;
  readonly repository: Repository;
  readonly deliveryId: string;
  /** Of our own account: its words are not listened to. */
  readonly ownId: string;
}

/** Words that may be meant for us. */
export interface IncomingComment {
  readonly thread: ForgeThread;
  readonly author: ForgeUser;
  readonly body: string;
  readonly url: string;
  /** Null: the text of the issue itself. */
  readonly comment: ForgeComment | null;
}

export async function loadThreadContext(
  ports: AutomationPorts,
  news: ForgeEventContext,
): Promise<ThreadContext> {
  const { integration, repository, delivery } = news;
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

/** What we are called by there. */
export function mentionSyntax(ports: Pick<AutomationPorts, "forgeKinds">, integration: Integration | null) {
  return {
    name: integration?.settings.mentionName ?? defaultIntegrationSettings.mentionName,
    takesSlash: mentionPrefixes(ports, integration?.forge).includes("/"),
  };
}
