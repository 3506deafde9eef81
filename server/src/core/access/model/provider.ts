import type { ModelFamily } from "../harness/harness-info.ts";

/** Who answers requests to models; the third part of an agent key. The first three serve their own family's models. */
export type ModelProvider = ModelFamily | "openrouter" | "bedrock" | "vertex";

export const modelProviders = [
  "anthropic",
  "openai",
  "gemini",
  "openrouter",
  "bedrock",
  "vertex",
] as const satisfies readonly ModelProvider[];

/** The providers that a harness of each family can be led to: those that speak its protocol, or that the model gateway translates for. */
export const providersOf: Readonly<Record<ModelFamily, readonly ModelProvider[]>> = {
  anthropic: ["anthropic", "openrouter", "bedrock", "vertex"],
  openai: ["openai", "openrouter"],
  gemini: ["gemini", "vertex"],
};

export const providerNames: Readonly<Record<ModelProvider, string>> = {
  anthropic: "Anthropic",
  openai: "OpenAI",
  gemini: "Google Gemini",
  openrouter: "OpenRouter",
  bedrock: "Amazon Bedrock",
  vertex: "Google Vertex AI",
};

/** The address of each family's own provider, which needs a key. Another address may be an inference service that needs none. */
export const providerUrls: Readonly<Record<ModelFamily, string>> = {
  anthropic: "https://api.anthropic.com",
  openai: "https://api.openai.com",
  gemini: "https://generativelanguage.googleapis.com",
};

export function isModelProvider(text: string): text is ModelProvider {
  return (modelProviders as readonly string[]).includes(text);
}
