/**
 * An organization's settings for a model in the catalog. By default, the model is enabled and no provider is chosen.
 */
export interface ModelChoice {
  /** Name in the catalog. */
  readonly model: string;
  readonly isEnabled: boolean;
  /** Provider for agent keys that do not specify a provider, or null for the default. */
  readonly provider: string | null;
}

export const noChoice = (model: string): ModelChoice => ({ model, isEnabled: true, provider: null });
