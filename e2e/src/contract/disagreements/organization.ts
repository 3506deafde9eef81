import { operations } from "@tembo/contract";
import type { Disagreement } from "./disagreement.ts";

export const organizationRequests: readonly Disagreement[] = [
  {
    operation: "PATCH /v1/organizations/{organizationId}/settings",
    samples: ["defaultSandboxSize = ultra: ours refuses", "defaultSandboxSize = xxl: ours refuses"],
    reason: "Tembo's largest size is xl. It rejects an unavailable size instead of choosing a smaller one.",
  },
  {
    operation: "PATCH /v1/organizations/{organizationId}/settings",
    samples: Object.keys(operations.organizationSettingsUpdate.body.shape).flatMap((name) => [
      `${name} as variant 1: ours accepts`,
      `${name} null: ours accepts`,
    ]),
    reason: "Null resets a setting to its default, and deletes a credential.",
  },
];
