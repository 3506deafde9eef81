import type { Disagreement } from "./disagreement.ts";

export const organizationRequests: readonly Disagreement[] = [
  {
    operation: "PATCH /v1/organizations/{organizationId}/settings",
    samples: ["defaultSandboxSize = ultra: ours refuses", "defaultSandboxSize = xxl: ours refuses"],
    reason:
      "Sizes of ours end with xl; one that cannot be had is better refused than made smaller in silence.",
  },
];
