import type { LaunchSpec } from "../launch-spec.ts";
import { claudeCode } from "./claude-code.ts";
import { codex } from "./codex.ts";
import { gemini } from "./gemini.ts";
import { opencode } from "./opencode.ts";
import { pi } from "./pi.ts";

/** Every harness of the product; a new one is a file here and a line below. */
export const launchSpecs: readonly LaunchSpec[] = [claudeCode, codex, opencode, pi, gemini];
