import { startWorld, type World, type WorldOptions } from "@tembo/e2e/support";
import { benchLimits } from "./bench-limits.ts";

/**
 * Settings of a bench's server that differ from those of stories. The compile cache is on, as for users. The other
 * settings of stories remain, and `setting-exceptions.ts` lists them.
 */
export const benchWorldEnv = { ...benchLimits, TEMBO_COMPILE_CACHE: "on" } as const;

/** Starts a world whose server counts requests for its rate limits, and fills the compile caches of harnesses. */
export function startBenchWorld({ env, ...options }: WorldOptions = {}): Promise<World> {
  return startWorld({ ...options, env: { ...benchWorldEnv, ...env } });
}
