import { connectFamily } from "../connect-family.ts";
import type { ModelProviderPlugIn } from "../plug-in.ts";

export const gemini: ModelProviderPlugIn = {
  descriptor: {
    name: "gemini",
    label: "Google Gemini",
    families: ["gemini"],
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
          setting: null,
          variable: "GEMINI_API_KEY",
        },
      ],
    },
    mayNeedNoCredential: true,
    addresses: {
      baseUrl: { variable: "GEMINI_BASE_URL", fallback: "https://generativelanguage.googleapis.com" },
    },
  },
  connect: connectFamily,
};
