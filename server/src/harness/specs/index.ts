import type { LaunchSpec } from "../launch-spec.ts";
import { claudeCode } from "./claude-code.ts";

/** Every harness of the product; a new one is a file here and a line below. */
export const launchSpecs: readonly LaunchSpec[] = [claudeCode];
