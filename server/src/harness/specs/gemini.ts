import { join } from "node:path";
import type { LaunchContext, LaunchSpec } from "../launch-spec.ts";
import { wordsOfModelError } from "./model-error.ts";
import { npmLock } from "./npm-lock.ts";

const entry = "node_modules/@google/gemini-cli/bundle/gemini.js";
const settingsPath = ".gemini/settings.json";

/** Gemini CLI, which implements ACP. */
export const gemini: LaunchSpec = {
  name: "gemini",
  displayName: "Gemini CLI",
  version: "0.61.0",
  source: npmLock("gemini"),
  entry,
  defaultModel: "gemini-2.5-pro",
  modelFamily: "gemini",
  capabilities: {
    canSteer: false,
    asksPermission: true,
    takesImages: true,
    mcpTransports: ["stdio", "http", "sse"],
    reasoningLevels: [],
    speeds: ["normal"],
    readsRuleFiles: ["AGENTS.md", "GEMINI.md"],
    takesInstructions: true,
    skillFolders: { workspace: [".gemini/skills", ".agents/skills"], home: ".gemini/skills" },
  },
  repositoryFiles: { skillFolders: [], commands: { folder: ".gemini/commands/", ending: ".toml" } },
  startFiles: [],
  argv: ({ nodeBinary, installDir }) => [nodeBinary, join(installDir, entry), "--acp"],
  env: ({ modelUrl, model }) => ({
    GEMINI_MODEL: model,
    GOOGLE_GEMINI_BASE_URL: modelUrl,
    // The gateway outside the sandbox replaces this key with the real one.
    GEMINI_API_KEY: "placeholder",
    GEMINI_CLI_TRUST_WORKSPACE: "true",
    GEMINI_TELEMETRY_ENABLED: "false",
    // Prevents Gemini CLI from restarting itself with more memory.
    GEMINI_CLI_NO_RELAUNCH: "true",
  }),
  files: (context) => ({
    [settingsPath]: settingsOf(context),
    // Writes the file even if there are no instructions, to overwrite those from an earlier turn.
    ".gemini/GEMINI.md": context.instructions ?? "",
  }),
  // Gemini CLI names a conversation's file after the current minute. If it loads the conversation within the same minute, it first empties
  // the file. Renaming the file prevents this.
  beforeStart: `for file in .gemini/tmp/*/chats/session-2*; do mv -n "$file" "\${file%/*}/session-kept-\${file##*/session-}"; done 2>/dev/null`,
  modes: { build: ["yolo"], ask: ["default"], plan: ["plan"] },
  modeInWords: /^\[MODE_UPDATE\] ([\w-]{1,50})\s*$/,
  lateUpdatesMs: 200,
  modelErrorIn: wordsOfModelError,
};

function settingsOf({ model }: LaunchContext): string {
  return JSON.stringify({
    security: { auth: { selectedType: "gemini-api-key", enforcedType: "gemini-api-key" } },
    privacy: { usageStatisticsEnabled: false },
    general: { enableAutoUpdate: false, enableAutoUpdateNotification: false, maxAttempts: 4 },
    model: { name: model },
    context: { fileName: ["AGENTS.md", "GEMINI.md"] },
    // These tools run at the provider, where the session's egress policy does not apply.
    tools: {
      exclude: ["google_web_search", "web_fetch"],
      // With an interactive shell, Gemini CLI does not send command output over ACP.
      shell: { enableInteractiveShell: false },
    },
  });
}
