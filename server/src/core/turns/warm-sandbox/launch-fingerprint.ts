import type { HarnessLaunch } from "../harness/harness.ts";
import { fingerprintOf } from "./fingerprint.ts";

/** Returns the fingerprint of the settings with which a harness is launched. */
export function launchFingerprint(launch: Omit<HarnessLaunch, "sandbox">): string {
  const { harness, modelFamily, model, mode, env, instructions, asks } = launch;
  return fingerprintOf({ harness, modelFamily, model, mode, env, instructions, asks });
}
