import type { Delivery, ForgeEvent, Integration, Repository } from "../../forges/index.ts";
import type { AutomationPorts } from "../ports.ts";

/** Handlers that jobs call. Each may be called again for the same input. */
export interface JobHandlers {
  /** Handles an event of a connected, enabled repository. */
  handleEvent(
    ports: AutomationPorts,
    /** The integration, or null for the local forge. */
    integration: Integration | null,
    event: RepositoryEvent,
    context: EventContext,
  ): Promise<EventOutcome>;
  /** Updates the stored repositories of an integration from the forge. */
  syncIntegration(ports: AutomationPorts, integrationId: string, signal: AbortSignal): Promise<unknown>;
}

/** An event that belongs to a repository. */
export type RepositoryEvent = Exclude<ForgeEvent, { readonly type: "installation.changed" }>;

export interface EventContext {
  readonly repository: Repository;
  readonly delivery: Pick<Delivery, "id" | "source" | "receivedAt">;
  /** Number of earlier attempts to handle the event that were postponed or failed with a temporary error. */
  readonly tries: number;
  readonly signal: AbortSignal;
}

/** The result of handling an event. The delivery log shows its message. */
export type EventOutcome =
  | { readonly kind: "worked"; readonly sentence: string; readonly sessionId?: string | null }
  | { readonly kind: "ignored"; readonly sentence: string }
  /**
   * The event must be handled again after this time, because another event has to happen first, such as the end of all
   * checks of a commit.
   */
  | { readonly kind: "later"; readonly afterMs: number };
