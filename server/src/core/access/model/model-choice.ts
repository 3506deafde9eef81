/** What an organization decided about a model of the catalogue. Without a word it is enabled, and no provider chosen. */
export interface ModelChoice {
  /** Of the catalogue. */
  readonly model: string;
  readonly isEnabled: boolean;
  /** Who answers where an agent key does not say; null for the usual one. */
  readonly provider: string | null;
}

export const noChoice = (model: string): ModelChoice => ({ model, isEnabled: true, provider: null });
