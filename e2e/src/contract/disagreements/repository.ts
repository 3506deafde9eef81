import type { Disagreement } from "./disagreement.ts";

export const repositoryResponses: readonly Disagreement[] = [
  {
    operation: "GET /v1/repositories",
    samples: [
      "items[].provider.displayName empty",
      "items[].provider.displayName very long",
      "items[].provider.type empty",
      "items[].provider.type very long",
    ],
    reason: "The code defines a short list of forge types and names.",
  },
  {
    operation: "GET /v1/repositories/{repositoryId}",
    samples: [
      "provider.displayName empty",
      "provider.displayName very long",
      "provider.type empty",
      "provider.type very long",
    ],
    reason: "The code defines a short list of forge types and names.",
  },
];
