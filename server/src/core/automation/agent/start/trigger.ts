/** Starts an agent when something happens on a forge. */
export interface AgentTrigger {
  readonly id: string;
  readonly agentId: string;
  /** As the trigger catalogue has it: "github.issue.opened". */
  readonly name: string;
  /** Null: of every integration that tells of it. */
  readonly integrationId: string | null;
  readonly filters: Readonly<Record<string, unknown>>;
  readonly enabledAt: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}
