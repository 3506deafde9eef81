import { type ModelProvider, providerNames } from "./provider.ts";
import { settingsNeededFor } from "./provider-credential.ts";

/** What the operator sets, so that every organization gets in at a provider. */
export const operatorVariables: Readonly<Record<ModelProvider, readonly string[]>> = {
  anthropic: ["ANTHROPIC_API_KEY"],
  openai: ["OPENAI_API_KEY"],
  gemini: ["GEMINI_API_KEY"],
  openrouter: ["OPENROUTER_API_KEY"],
  bedrock: ["AWS_BEDROCK_ACCESS_KEY_ID", "AWS_BEDROCK_SECRET_ACCESS_KEY"],
  vertex: ["GCP_VERTEX_AI_SERVICE_ACCOUNT_JSON"],
};

/** A sentence that says what to give, so that models of a provider can be used. */
export function describeMissing(provider: ModelProvider): string {
  const settings = settingsNeededFor(provider).map((name) => `"${name}"`);
  const own = settings.length === 0 ? "" : `${settings.join(" and ")} in the organization's settings, or `;
  return `There is no credential for ${providerNames[provider]}; give ${own}${operatorVariables[provider].join(" and ")} where the server runs.`;
}
