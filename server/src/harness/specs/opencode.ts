import { join } from "node:path";
import type { ModelFamily } from "../../core/access/index.ts";
import type { LaunchContext, LaunchSpec } from "../launch-spec.ts";
import { wordsOfModelError } from "./model-error.ts";
import { npmLock } from "./npm-lock.ts";
import { patchedFiles } from "./patched-files.ts";

const entry = `node_modules/opencode-linux-${process.arch}/bin/opencode`;
const provider = "tembo";
const instructionsPath = ".config/opencode/tembo-instructions.md";
/** Packages in OpenCode's program, by the family whose protocol they implement. `path` is appended to the gateway's URL. */
const protocols: Readonly<Record<ModelFamily, { readonly npm: string; readonly path: string }>> = {
  anthropic: { npm: "@ai-sdk/anthropic", path: "/v1" },
  openai: { npm: "@ai-sdk/openai-compatible", path: "/v1" },
  gemini: { npm: "@ai-sdk/google", path: "/v1beta" },
};

/** OpenCode, whose program is the package for the platform. */
export const opencode: LaunchSpec = {
  name: "opencode",
  displayName: "OpenCode",
  version: "1.18.33",
  source: npmLock("opencode"),
  entry,
  defaultModel: "gpt-5.5",
  modelFamily: "openai",
  otherFamilies: ["anthropic", "gemini"],
  capabilities: {
    canSteer: false,
    asksPermission: true,
    takesImages: true,
    mcpTransports: ["stdio", "http", "sse"],
    reasoningLevels: [],
    speeds: ["normal"],
    readsRuleFiles: ["AGENTS.md", "CLAUDE.md"],
    takesInstructions: true,
    skillFolders: { workspace: [".opencode/skills", ".claude/skills"], home: ".config/opencode/skills" },
  },
  repositoryFiles: {
    skillFolders: [".opencode/skills", ".opencode/skill"],
    commands: { folder: ".opencode/command/", ending: ".md" },
  },
  startFiles: ["opencode.json", "opencode.jsonc", "bunfig.toml"],
  argv: ({ installDir }) => [join(installDir, entry), "acp"],
  env: envOf,
  files: ({ instructions }) => (instructions === null ? {} : { [instructionsPath]: instructions }),
  modes: { build: ["build"], ask: ["build"], plan: ["plan"] },
  modelOption: (model) => `${provider}/${model}`,
  lateUpdatesMs: 200,
  modelErrorIn: wordsOfModelError,
  editsIn: patchedFiles,
};

function envOf({
  modelUrl,
  modelFamily,
  model,
  homePath,
  instructions,
  asks,
}: LaunchContext): Record<string, string> {
  const name = `${provider}/${model}`;
  const { npm, path } = protocols[modelFamily];
  const config = {
    autoupdate: false,
    share: "disabled",
    model: name,
    small_model: name,
    enabled_providers: [provider],
    provider: {
      [provider]: {
        npm,
        name: "Tembo",
        // The gateway outside the sandbox replaces this key with the real one.
        options: { baseURL: `${modelUrl}${path}`, apiKey: "placeholder" },
        models: {
          [model]: {
            tool_call: true,
            attachment: true,
            modalities: { input: ["text", "image"], output: ["text"] },
            limit: { context: 200_000, output: 32_000 },
          },
        },
      },
    },
    ...(instructions !== null && { instructions: [join(homePath, instructionsPath)] }),
    permission: asks ? { edit: "ask", bash: "ask", webfetch: "ask" } : "allow",
    // Restricts the plan mode. Otherwise, it could write and run everything that the general permissions allow.
    agent: { plan: { permission: { edit: "deny", bash: "deny" } } },
  };
  return {
    OPENCODE_CONFIG_CONTENT: JSON.stringify(config),
    OPENCODE_DISABLE_AUTOUPDATE: "1",
    OPENCODE_DISABLE_MODELS_FETCH: "1",
    OPENCODE_DISABLE_LSP_DOWNLOAD: "1",
  };
}
