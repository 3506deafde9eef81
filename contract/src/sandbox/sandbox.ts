import { z } from "zod";
import { sandboxSizes } from "../limits.ts";

export const sandboxSize = z.enum(sandboxSizes);

/** Network access of sandboxes. An extension of this server. */
export const egressSetting = z.strictObject({
  preset: z
    .enum(["none", "registries", "custom", "open"])
    .describe(
      "none: nothing; registries: public package registries, and `allow`; custom: `allow` alone; open: every public host.",
    ),
  allow: z
    .array(z.string().min(1).max(300))
    .max(500)
    .default([])
    .describe("`host`, `host:port`, `*.host` or `*.host:port`; without a port 80 and 443."),
});
export type EgressSetting = z.infer<typeof egressSetting>;
