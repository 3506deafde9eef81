/** A trigger that starts an agent when something happens on a forge. */
export interface AgentTrigger {
  readonly id: string;
  readonly agentId: string;
  /** Name in the trigger catalog: "github.issue.opened". */
  readonly name: string;
  /** The integration whose events count, or null for every integration. */
  readonly integrationId: string | null;
  readonly filters: Readonly<Record<string, unknown>>;
  readonly enabledAt: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}
