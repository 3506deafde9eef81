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

/** Says that a provider has no credential, and where to add one. */
export function describeMissing(provider: ModelProvider): string {
  const isKey = !["bedrock", "vertex"].includes(provider);
  const what = isKey ? "API key is" : "credentials are";
  return `No ${providerNames[provider]} ${what} configured. ${describePlaces(provider)}`;
}

/** Says that an organization has no key of its own; the server's key does not count. */
export function describeMissingOwn(provider: ModelProvider): string {
  const commands = settingsNeededFor(provider).map((name) => `"tembo settings set ${name}"`);
  return `The organization has no ${providerNames[provider]} API key of its own. Add one under Settings → Models or with ${commands.join(" and ")}.`;
}

/** Says where to correct the credential that a provider rejected. `isOwn`: the organization's, and not the operator's. */
export function describeRejected(provider: ModelProvider, isOwn: boolean): string {
  const variables = operatorVariables[provider].join(" and ");
  return isOwn
    ? `The provider rejected the organization's ${providerNames[provider]} API key. Replace it under Settings → Models.`
    : `The provider rejected the server's ${providerNames[provider]} API key. ${describePlaces(provider)} Restart the server after a change of ${variables}.`;
}

function describePlaces(provider: ModelProvider): string {
  const variables = operatorVariables[provider].join(" and ");
  const settings = settingsNeededFor(provider);
  if (settings.length === 0) return `Set ${variables} on the server.`;
  const commands = settings.map((name) => `"tembo settings set ${name}"`).join(" and ");
  return `Add one under Settings → Models or with ${commands}, or set ${variables} on the server.`;
}
