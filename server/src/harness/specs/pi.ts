import { join } from "node:path";
import type { ModelFamily } from "../../core/access/index.ts";
import type { LaunchContext, LaunchSpec } from "../launch-spec.ts";
import { watchPi } from "./failure-watches.ts";
import { wordsOfModelError } from "./model-error.ts";
import { npmLock } from "./npm-lock.ts";

const entry = "node_modules/pi-acp/dist/index.js";
const program = "node_modules/@earendil-works/pi-coding-agent/dist/bundle/cli.js";
const provider = "tembo";
const folder = ".pi/agent";
/** Pi's names for the families' protocols. `path` is appended to the gateway's URL. */
const protocols: Readonly<Record<ModelFamily, { readonly api: string; readonly path: string }>> = {
  anthropic: { api: "anthropic-messages", path: "" },
  openai: { api: "openai-completions", path: "/v1" },
  gemini: { api: "google-generative-ai", path: "/v1beta" },
};

/** Pi, through a third-party ACP adapter that starts Pi. */
export const pi: LaunchSpec = {
  name: "pi",
  displayName: "Pi",
  version: "0.87.1",
  source: npmLock("pi"),
  entry,
  defaultModel: "gpt-5.5",
  modelFamily: "openai",
  otherFamilies: ["anthropic", "gemini"],
  capabilities: {
    canSteer: false,
    asksPermission: false,
    takesImages: true,
    // Pi accepts a conversation's MCP servers but ignores them.
    mcpTransports: [],
    reasoningLevels: [],
    speeds: ["normal"],
    readsRuleFiles: ["AGENTS.md", "CLAUDE.md"],
    takesInstructions: true,
    skillFolders: { workspace: [".pi/skills", ".agents/skills"], home: `${folder}/skills` },
  },
  startFiles: [],
  // Before a conversation, the adapter reads nothing of the workspace or HOME. Each conversation starts Pi, which reads both.
  startsEarly: true,
  argv: ({ nodeBinary, installDir }) => [nodeBinary, join(installDir, entry)],
  env: ({ installDir, homePath }) => ({
    PI_ACP_PI_COMMAND: join(installDir, program),
    PI_CODING_AGENT_DIR: join(homePath, folder),
    PI_OFFLINE: "1",
    PI_SKIP_VERSION_CHECK: "1",
    PI_TELEMETRY: "0",
  }),
  files: (context) => ({
    [`${folder}/models.json`]: modelsOf(context),
    [`${folder}/settings.json`]: settingsOf(context),
    // Writes the file even if there are no instructions, to overwrite those from an earlier turn.
    [`${folder}/APPEND_SYSTEM.md`]: context.instructions ?? "",
  }),
  // Pi's modes are reasoning levels. It has no permission modes.
  modes: { build: [], ask: [], plan: [] },
  modelOption: (model) => `${provider}/${model}`,
  lateUpdatesMs: 200,
  modelErrorIn: wordsOfModelError,
  watchFailure: watchPi,
};

function modelsOf({ modelUrl, modelFamily, model }: LaunchContext): string {
  const { api, path } = protocols[modelFamily];
  return JSON.stringify({
    providers: {
      [provider]: {
        baseUrl: `${modelUrl}${path}`,
        api,
        // The gateway outside the sandbox replaces this key with the real one.
        apiKey: "placeholder",
        models: [{ id: model, input: ["text", "image"], contextWindow: 200_000, maxTokens: 32_000 }],
      },
    },
  });
}

function settingsOf({ model }: LaunchContext): string {
  return JSON.stringify({
    defaultProvider: provider,
    defaultModel: model,
    quietStartup: true,
    defaultProjectTrust: "always",
  });
}
