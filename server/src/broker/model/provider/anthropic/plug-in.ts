import { connectFamily } from "../connect-family.ts";
import type { ModelProviderPlugIn } from "../plug-in.ts";

export const anthropic: ModelProviderPlugIn = {
  descriptor: {
    name: "anthropic",
    label: "Anthropic",
    families: ["anthropic"],
    keepsFamily: true,
    inferenceProvider: null,
    credential: {
      noun: "API key",
      fields: [
        {
          name: "apiKey",
          label: "API key",
          kind: "secret",
          isRequired: true,
          setting: "anthropicApiKey",
          variable: "ANTHROPIC_API_KEY",
        },
      ],
    },
    mayNeedNoCredential: true,
    addresses: { baseUrl: { variable: "ANTHROPIC_BASE_URL", fallback: "https://api.anthropic.com" } },
  },
  connect: connectFamily,
};
