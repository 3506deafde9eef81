import type { Delivery, ForgeEvent, Integration, Repository } from "../../forges/index.ts";
import type { AutomationPorts } from "../ports.ts";

/** What jobs come down to. Each may be called again for the same thing. */
export interface JobHandlers {
  /** Does what an event of a connected, enabled repository asks for. */
  handleEvent(
    ports: AutomationPorts,
    /** Null for the local forge. */
    integration: Integration | null,
    event: RepositoryEvent,
    context: EventContext,
  ): Promise<EventOutcome>;
  /** Brings what is known of the integration's repositories up to date. */
  syncIntegration(ports: AutomationPorts, integrationId: string, signal: AbortSignal): Promise<unknown>;
}

/** An event that names its repository. */
export type RepositoryEvent = Exclude<ForgeEvent, { readonly type: "installation.changed" }>;

export interface EventContext {
  readonly repository: Repository;
  readonly delivery: Pick<Delivery, "id" | "source" | "receivedAt">;
  /** How often this event was handled before: put off, or failed in a way that may pass. */
  readonly tries: number;
  readonly signal: AbortSignal;
}

/** Sentences are shown in the delivery log. */
export type EventOutcome =
  | { readonly kind: "worked"; readonly sentence: string; readonly sessionId?: string | null }
  | { readonly kind: "ignored"; readonly sentence: string }
  /** Something must settle first, as all checks of a commit: handle it again after this time. */
  | { readonly kind: "later"; readonly afterMs: number };
