import { z } from "zod";
import { labelPattern, maxLabelLength, maxLabels, sandboxSizes } from "../limits.ts";

export const sandboxSize = z.enum(sandboxSizes);

/** Labels that a machine must have. An extension of this server. */
export const runsOn = z
  .array(
    z
      .string()
      .min(1)
      .max(maxLabelLength)
      .regex(
        labelPattern,
        "Use lowercase letters, digits, dots, hyphens and underscores, such as gpu or arch=arm64",
      ),
  )
  .max(maxLabels);

/** Network access of sandboxes. An extension of this server. */
export const egressSetting = z.strictObject({
  preset: z
    .enum(["none", "registries", "custom", "open"])
    .describe(
      "`none`: no hosts. `registries`: public package registries and the hosts in `allow`. `custom`: only the hosts in `allow`. `open`: every public host.",
    ),
  allow: z
    .array(z.string().min(1).max(300))
    .max(500)
    .default([])
    .describe(
      "`host`, `host:port`, `*.host` or `*.host:port`. Without a port, ports 80 and 443 are allowed.",
    ),
});
export type EgressSetting = z.infer<typeof egressSetting>;
