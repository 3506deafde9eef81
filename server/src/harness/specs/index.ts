import type { LaunchSpec } from "../launch-spec.ts";
import { amp } from "./amp.ts";
import { claudeCode } from "./claude-code.ts";
import { codex } from "./codex.ts";
import { cursor } from "./cursor.ts";
import { gemini } from "./gemini.ts";
import { opencode } from "./opencode.ts";
import { pi } from "./pi.ts";

/** Every harness of the product; a new one is a file here and a line below. */
export const launchSpecs: readonly LaunchSpec[] = [claudeCode, codex, opencode, pi, gemini, amp, cursor];
