import type { HarnessStart, Sandbox } from "../../core/turns/index.ts";

/** Returns a `HarnessStart` with plain defaults, overridden by `given`. */
export function harnessStart(sandbox: Sandbox, given: Partial<HarnessStart> = {}): HarnessStart {
  return {
    harness: "stub",
    modelFamily: "anthropic",
    model: "stub-small",
    sandbox,
    cwd: sandbox.workspacePath,
    conversationId: null,
    env: {},
    mode: "build",
    reasoningLevel: null,
    speed: "normal",
    instructions: null,
    mcpServers: [],
    decidePermission: null,
    onProtocolLine: null,
    ...given,
  };
}
