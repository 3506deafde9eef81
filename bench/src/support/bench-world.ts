import { startWorld, type World, type WorldOptions } from "@tembo/e2e/support";
import { benchLimits } from "./bench-limits.ts";

/** Starts a world whose server counts requests for its rate limits. */
export function startBenchWorld({ env, ...options }: WorldOptions = {}): Promise<World> {
  return startWorld({ ...options, env: { ...benchLimits, ...env } });
}
