import { connectFamily } from "../connect-family.ts";
import type { ModelProviderPlugIn } from "../plug-in.ts";

export const openai: ModelProviderPlugIn = {
  descriptor: {
    name: "openai",
    label: "OpenAI",
    families: ["openai"],
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
          setting: "openaiApiKey",
          variable: "OPENAI_API_KEY",
        },
      ],
    },
    mayNeedNoCredential: true,
    addresses: { baseUrl: { variable: "OPENAI_BASE_URL", fallback: "https://api.openai.com" } },
  },
  connect: connectFamily,
};
