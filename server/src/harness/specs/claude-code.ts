import { join } from "node:path";
import type { LaunchContext, LaunchSpec, PromptError } from "../launch-spec.ts";
import { authenticationRequired, refusedKey } from "./model-error.ts";
import { npmLock } from "./npm-lock.ts";

const entry = "node_modules/@agentclientprotocol/claude-agent-acp/dist/index.js";

/** Claude Code through its ACP adapter, which brings the `claude` binary of the platform along. */
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
    // Which of them a model takes, and whether it has a fast mode, is the model's own: what it does not take is told.
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
  argv: ({ nodeBinary, installDir }) => [nodeBinary, join(installDir, entry)],
  env: envOf,
  // A repository's own .claude/settings.json overrides the environment, and would lead away from the gateway.
  sessionMeta: (context) => ({
    claudeCode: {
      options: {
        // Who asked is the author, and Tembo signs below: a model's name has no place in a commit.
        settings: { apiKeyHelper: "", env: envOf(context), attribution: { commit: "", pr: "" } },
      },
    },
    // Else the instructions that a conversation began with are recorded in it, and changed ones would not count.
    systemPrompt: {
      snapshot: false,
      ...(context.instructions !== null && { append: context.instructions }),
    },
  }),
  // A repository may forbid the first of the build modes; in the second it asks, and is allowed.
  modes: { build: ["bypassPermissions", "default"], ask: ["default"], plan: ["plan"] },
  lateUpdatesMs: 200,
  modelErrorIn,
};

function envOf({ modelUrl, model }: LaunchContext): Record<string, string> {
  return {
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
    // Doubling from half a second: gives up after about 16 s, where the default of 10 hides a dead service for minutes.
    CLAUDE_CODE_MAX_RETRIES: "5",
    // Lets bypassPermissions run as root, which only a sandbox without isolation does.
    IS_SANDBOX: "1",
  };
}

/** Kinds that the adapter takes over from the model service's answer; its own failures have others. */
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
  // The service it names is our own gateway, on an address that means nothing outside of the sandbox.
  return error.message
    .replace(/^Internal error: /, "")
    .replace(/ If it persists, check your inference gateway \([^)]*\)\.?/, "");
}
