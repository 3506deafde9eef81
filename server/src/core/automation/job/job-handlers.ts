import type { Delivery, ForgeEvent, Integration, Repository } from "../../forges/index.ts";
import type { AutomationPorts } from "../ports.ts";

/** Handlers that jobs call. A job may call a handler again with the same input. */
export interface JobHandlers {
  /** Handles an event of a connected, enabled repository. */
  handleEvent(
    ports: AutomationPorts,
    /** Integration, or null for the built-in forge. */
    integration: Integration | null,
    event: RepositoryEvent,
    context: EventContext,
  ): Promise<EventOutcome>;
  /** Updates the stored repositories of an integration from the forge. */
  syncIntegration(ports: AutomationPorts, integrationId: string, signal: AbortSignal): Promise<unknown>;
}

export type RepositoryEvent = Exclude<ForgeEvent, { readonly type: "installation.changed" }>;

export interface EventContext {
  readonly repository: Repository;
  readonly delivery: Pick<Delivery, "id" | "source" | "receivedAt">;
  /** Number of earlier attempts to handle the event that were postponed or failed with a transient error. */
  readonly tries: number;
  readonly signal: AbortSignal;
}

/** Result of handling an event. The delivery log shows its sentence. */
export type EventOutcome =
  | { readonly kind: "worked"; readonly sentence: string; readonly sessionId?: string | null }
  | { readonly kind: "ignored"; readonly sentence: string }
  /**
   * Another event has to occur first, such as the completion of all checks for a commit. Handle the event again after
   * this time.
   */
  | { readonly kind: "later"; readonly afterMs: number };
