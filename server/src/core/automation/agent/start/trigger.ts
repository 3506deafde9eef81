/** A trigger that starts an agent when an event occurs on a forge. */
export interface AgentTrigger {
  readonly id: string;
  readonly agentId: string;
  /** Name in the trigger catalog, such as "github.issue.opened". */
  readonly name: string;
  /** Integration whose events fire the trigger, or null for every integration. */
  readonly integrationId: string | null;
  readonly filters: Readonly<Record<string, unknown>>;
  readonly enabledAt: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}
