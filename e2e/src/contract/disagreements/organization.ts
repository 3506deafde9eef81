import { operations } from "@tembo/contract";
import type { Disagreement } from "./disagreement.ts";

export const organizationRequests: readonly Disagreement[] = [
  {
    operation: "PATCH /v1/organizations/{organizationId}/settings",
    samples: ["defaultSandboxSize = ultra: ours refuses", "defaultSandboxSize = xxl: ours refuses"],
    reason:
      "Sizes of ours end with xl; one that cannot be had is better refused than made smaller in silence.",
  },
  {
    operation: "PATCH /v1/organizations/{organizationId}/settings",
    samples: Object.keys(operations.organizationSettingsUpdate.body.shape).flatMap((name) => [
      `${name} as variant 1: ours accepts`,
      `${name} null: ours accepts`,
    ]),
    reason: "Null takes the default of a setting again, and deletes a credential.",
  },
];
