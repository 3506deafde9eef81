import type { ModelChoice } from "./model-choice.ts";

export interface ModelQueries {
  /** Returns the choices that the organization has made, ordered by model name. */
  choices(organizationId: string): Promise<ModelChoice[]>;
  /** Inserts or replaces the choice for a model. */
  saveChoice(organizationId: string, choice: ModelChoice): Promise<void>;
}
