import type { ModelChoice } from "./model-choice.ts";

export interface ModelQueries {
  /** Of an organization, those that were made, by name. */
  choices(organizationId: string): Promise<ModelChoice[]>;
  /** Replaces the earlier one. */
  saveChoice(organizationId: string, choice: ModelChoice): Promise<void>;
}
