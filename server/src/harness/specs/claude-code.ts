import { join } from "node:path";
import type { LaunchSpec, PromptError } from "../launch-spec.ts";

const entry = "node_modules/@agentclientprotocol/claude-agent-acp/dist/index.js";

/** Claude Code through its ACP adapter, which brings the `claude` binary of the platform along. */
export const claudeCode: LaunchSpec = {
  name: "claudeCode",
  displayName: "Claude Code",
  package: { name: "@agentclientprotocol/claude-agent-acp", version: "0.101.0" },
  entry,
  defaultModel: "claude-opus-4-5",
  modelFamily: "anthropic",
  argv: ({ nodeBinary, installDir }) => [nodeBinary, join(installDir, entry)],
  env: ({ modelUrl, model }) => ({
    ANTHROPIC_BASE_URL: modelUrl,
    // The gateway outside puts the real key in its place.
    ANTHROPIC_API_KEY: "placeholder",
    ANTHROPIC_MODEL: model,
    // Lists the model word for word; without it a name is matched to the nearest alias, which is another model.
    ANTHROPIC_CUSTOM_MODEL_OPTION: model,
    CLAUDE_CODE_DISABLE_LEGACY_MODEL_REMAP: "1",
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
    CLAUDE_CODE_ENABLE_PROMPT_SUGGESTION: "false",
    DISABLE_AUTOUPDATER: "1",
    DISABLE_TELEMETRY: "1",
    DISABLE_ERROR_REPORTING: "1",
    // The default of 10 keeps a dead model service hidden for minutes.
    CLAUDE_CODE_MAX_RETRIES: "4",
    // Lets bypassPermissions run as root, which only the unsafe-local sandbox does.
    IS_SANDBOX: "1",
  }),
  mode: "bypassPermissions",
  lateUpdatesMs: 200,
  modelErrorIn,
};

function modelErrorIn(error: PromptError): string | null {
  return /API Error/.test(error.message) ? error.message : null;
}
