import type { HarnessStart, Sandbox } from "../../core/turns/index.ts";

/** Returns a `HarnessStart` with simple defaults, which `given` overrides. */
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
