import { join } from "node:path";
import type { LaunchContext, LaunchSpec, PromptError } from "../launch-spec.ts";
import { authenticationRequired, refusedKey } from "./model-error.ts";
import { npmLock } from "./npm-lock.ts";

const entry = "node_modules/@agentclientprotocol/claude-agent-acp/dist/index.js";

/** Claude Code through its ACP adapter, which includes the `claude` binary for the platform. */
export const claudeCode: LaunchSpec = {
  name: "claudeCode",
  displayName: "Claude Code",
  version: "0.101.0",
  source: npmLock("claudeCode"),
  entry,
  defaultModel: "claude-opus-4-5",
  modelFamily: "anthropic",
  capabilities: {
    canSteer: true,
    asksPermission: true,
    takesImages: true,
    mcpTransports: ["stdio", "http", "sse"],
    // Each model supports a subset of these levels, and may have no fast mode. A notice reports a setting that the model does not accept.
    reasoningLevels: ["low", "medium", "high", "xhigh", "max"],
    speeds: ["normal", "fast"],
    readsRuleFiles: ["CLAUDE.md", "AGENTS.md"],
    takesInstructions: true,
    skillFolders: { workspace: [".claude/skills"], home: ".claude/skills" },
  },
  repositoryFiles: {
    skillFolders: [".claude/skills"],
    commands: { folder: ".claude/commands/", ending: ".md" },
  },
  startFiles: [],
  // Before a conversation, only `claude auth status` reads HOME and the workspace. Its result does not depend on them, because the environment
  // contains a key. Each conversation starts `claude` again, which then reads both.
  startsEarly: true,
  argv: ({ nodeBinary, installDir }) => [nodeBinary, join(installDir, entry)],
  env: envOf,
  // A repository's own .claude/settings.json overrides the environment, and could redirect requests away from the gateway.
  sessionMeta: (context) => ({
    claudeCode: {
      options: {
        // Turns off attribution, because commits must not name a model. The commit's author is the user who requested the work, and Tembo
        // adds its own trailer.
        settings: { apiKeyHelper: "", env: envOf(context), attribution: { commit: "", pr: "" } },
      },
    },
    // Otherwise, the harness would store the instructions with the conversation and ignore later changes.
    systemPrompt: {
      snapshot: false,
      ...(context.instructions !== null && { append: context.instructions }),
    },
  }),
  // A repository can disable the first build mode. In the second build mode, the harness requests permissions, and the driver grants them.
  modes: { build: ["bypassPermissions", "default"], ask: ["default"], plan: ["plan"] },
  lateUpdatesMs: 200,
  modelErrorIn,
};

function envOf({ modelUrl, model }: LaunchContext): Record<string, string> {
  return {
    ANTHROPIC_BASE_URL: modelUrl,
    // The gateway outside the sandbox replaces this key with the real one.
    ANTHROPIC_API_KEY: "placeholder",
    ANTHROPIC_MODEL: model,
    // Lists the model by its exact name. Otherwise, the harness selects the alias with the most similar name, which is a different model.
    ANTHROPIC_CUSTOM_MODEL_OPTION: model,
    CLAUDE_CODE_DISABLE_LEGACY_MODEL_REMAP: "1",
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
    CLAUDE_CODE_ENABLE_PROMPT_SUGGESTION: "false",
    DISABLE_AUTOUPDATER: "1",
    DISABLE_TELEMETRY: "1",
    DISABLE_ERROR_REPORTING: "1",
    // Delays double, starting at half a second, so the harness gives up after about 16 s. With the default of 10, the harness would hide a
    // failed service for minutes.
    CLAUDE_CODE_MAX_RETRIES: "5",
    // Allows bypassPermissions for root. In some sandboxes, the harness runs as root.
    IS_SANDBOX: "1",
  };
}

/** Error kinds that the adapter derives from the model service's response. Failures of the adapter itself have other kinds. */
const modelErrorKinds: ReadonlySet<string> = new Set([
  "authentication_failed",
  "billing_error",
  "invalid_request",
  "max_output_tokens",
  "model_not_found",
  "oauth_org_not_allowed",
  "overloaded",
  "rate_limit",
  "server_error",
]);

function modelErrorIn(error: PromptError): string | null {
  if (error.code === authenticationRequired) return refusedKey;
  const kind = (error.data as { errorKind?: unknown } | undefined)?.errorKind;
  const isModels = (typeof kind === "string" && modelErrorKinds.has(kind)) || /API Error/.test(error.message);
  if (!isModels) return null;
  // Removes the gateway from the message, because its URL has no meaning outside the sandbox.
  return error.message
    .replace(/^Internal error: /, "")
    .replace(/ If it persists, check your inference gateway \([^)]*\)\.?/, "");
}
