import type { ModelProviderPlugIn } from "../plug-in.ts";
import { connectOpenRouter } from "./connect-openrouter.ts";

export const openrouter: ModelProviderPlugIn = {
  descriptor: {
    name: "openrouter",
    label: "OpenRouter",
    families: ["anthropic", "openai"],
    keepsFamily: false,
    inferenceProvider: "OpenRouter",
    credential: {
      noun: "API key",
      fields: [
        {
          name: "apiKey",
          label: "API key",
          kind: "secret",
          isRequired: true,
          setting: "openrouterApiKey",
          variable: "OPENROUTER_API_KEY",
        },
      ],
    },
    mayNeedNoCredential: false,
    addresses: { baseUrl: { variable: "OPENROUTER_BASE_URL", fallback: "https://openrouter.ai/api" } },
  },
  connect: connectOpenRouter,
};
