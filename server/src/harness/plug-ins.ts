import type { LaunchSpec } from "./launch-spec.ts";
import { amp } from "./specs/amp.ts";
import { claudeCode } from "./specs/claude-code.ts";
import { codex } from "./specs/codex.ts";
import { cursor } from "./specs/cursor.ts";
import { gemini } from "./specs/gemini.ts";
import { opencode } from "./specs/opencode.ts";
import { pi } from "./specs/pi.ts";

/** Harnesses of the product. The first is the default. */
export const launchSpecs: readonly [LaunchSpec, ...LaunchSpec[]] = [
  claudeCode,
  codex,
  opencode,
  pi,
  gemini,
  amp,
  cursor,
];

export const defaultHarness = launchSpecs[0];
