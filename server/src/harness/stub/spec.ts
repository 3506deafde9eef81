import { fileURLToPath } from "node:url";
import type { LaunchSpec } from "../launch-spec.ts";

/** Returns a spec that starts the stub, a harness for unit tests only. */
export function stubSpec(env: Readonly<Record<string, string>> = {}): LaunchSpec {
  const can = (ability: string) => env.STUB_CAN?.split(",").includes(ability) ?? false;
  return {
    name: "stub",
    displayName: "Stub",
    version: "1.0.0",
    source: { type: "npm", lockDir: fileURLToPath(new URL("../testing/lock", import.meta.url)) },
    entry: "agent.ts",
    defaultModel: "stub-small",
    modelFamily: "anthropic",
    capabilities: {
      canSteer: can("steer"),
      asksPermission: true,
      takesImages: can("images"),
      mcpTransports: can("remote-mcp") ? ["stdio", "http", "sse"] : ["stdio"],
      reasoningLevels: [],
      speeds: ["normal"],
      readsRuleFiles: [],
      takesInstructions: false,
      skillFolders: null,
    },
    argv: ({ nodeBinary }) => [nodeBinary, fileURLToPath(new URL("agent.ts", import.meta.url))],
    env: ({ modelUrl, model }) => ({ STUB_MODEL: model, STUB_MODEL_URL: modelUrl, ...env }),
    modes: { build: ["freest", "free"], ask: ["ask"], plan: ["reading"] },
    lateUpdatesMs: 200,
    modelErrorIn: (error) => (error.message.startsWith("model:") ? error.message : null),
  };
}
