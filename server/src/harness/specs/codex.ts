import { join } from "node:path";
import type { LaunchContext, LaunchSpec } from "../launch-spec.ts";
import { watchCodex } from "./failure-watches.ts";
import { wordsOfModelError } from "./model-error.ts";
import { npmLock } from "./npm-lock.ts";

const entry = "node_modules/@agentclientprotocol/codex-acp/dist/index.js";

/** Codex through its ACP adapter, which includes the `codex` binary for the platform. */
export const codex: LaunchSpec = {
  name: "codex",
  displayName: "Codex",
  version: "2.6.0",
  source: npmLock("codex"),
  entry,
  // This model is in Codex's built-in catalog. For other models, Codex provides no tool that edits files.
  defaultModel: "gpt-5.5",
  modelFamily: "openai",
  capabilities: {
    canSteer: true,
    asksPermission: true,
    takesImages: true,
    mcpTransports: ["stdio", "http"],
    reasoningLevels: ["low", "medium", "high", "xhigh"],
    speeds: ["normal"],
    readsRuleFiles: ["AGENTS.md"],
    takesInstructions: true,
    skillFolders: { workspace: [".agents/skills", ".codex/skills"], home: ".codex/skills" },
  },
  repositoryFiles: { skillFolders: [".codex/skills"] },
  startFiles: [],
  argv: ({ nodeBinary, installDir }) => [nodeBinary, join(installDir, entry)],
  env: envOf,
  // These modes turn off Codex's own sandbox, because it cannot run any command inside Tembo's sandbox, even if the command only reads.
  modes: { build: ["agent-full-access"], ask: ["read-only"], plan: ["agent-full-access"] },
  choices: {
    modeOptions: { build: { collaboration_mode: "default" }, plan: { collaboration_mode: "plan" } },
  },
  lateUpdatesMs: 200,
  modelErrorIn: wordsOfModelError,
  watchFailure: watchCodex,
};

function envOf({ modelUrl, model, instructions }: LaunchContext): Record<string, string> {
  const config = {
    model,
    ...(instructions !== null && { developer_instructions: instructions }),
    model_provider: "tembo",
    model_providers: {
      tembo: {
        name: "Tembo",
        base_url: `${modelUrl}/v1`,
        env_key: "OPENAI_API_KEY",
        wire_api: "responses",
        request_max_retries: 3,
        stream_max_retries: 3,
      },
    },
    // Web search runs at the provider, where the session's egress policy does not apply.
    web_search: "disabled",
    tools: { update_plan: { enabled: true } },
    check_for_update_on_startup: false,
    analytics: { enabled: false },
  };
  return {
    CODEX_CONFIG: JSON.stringify(config),
    MODEL_PROVIDER: "tembo",
    // The gateway outside the sandbox replaces this key with the real one.
    OPENAI_API_KEY: "placeholder",
    INITIAL_AGENT_MODE: "agent-full-access",
    NO_BROWSER: "1",
  };
}
