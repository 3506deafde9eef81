import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { prepareHome } from "../../../server/src/harness/acp/process/prepare-home.ts";
import { installDirOf } from "../../../server/src/harness/install.ts";
import type { LaunchSpec } from "../../../server/src/harness/launch-spec.ts";
import { AcpClient } from "./acp-client.ts";

export interface BareHarness {
  readonly spec: LaunchSpec;
  /** Folder that contains `<name>@<version>` for every installed harness. */
  readonly harnessesDir: string;
  readonly modelUrl: string;
}

/**
 * Environment variables that block network access with a proxy address on which nothing listens. As in a sandbox,
 * harnesses cannot fetch packages.
 */
const NO_NETWORK = {
  HTTP_PROXY: "http://127.0.0.1:9",
  HTTPS_PROXY: "http://127.0.0.1:9",
  http_proxy: "http://127.0.0.1:9",
  https_proxy: "http://127.0.0.1:9",
  ALL_PROXY: "http://127.0.0.1:9",
  NO_PROXY: "127.0.0.1,localhost,::1",
  no_proxy: "127.0.0.1,localhost,::1",
  NODE_USE_ENV_PROXY: "1",
};

/**
 * Returns the launch parameters that the product would use, with the same program and settings, but without a sandbox and with blocked
 * network access.
 */
export function launchOf({ spec, harnessesDir, modelUrl }: BareHarness, home: string) {
  const installDir = installDirOf(harnessesDir, spec);
  const context = {
    nodeBinary: process.execPath,
    installDir,
    homePath: home,
    modelUrl,
    modelFamily: spec.modelFamily,
    model: spec.defaultModel,
    mode: "build" as const,
    asks: false,
    instructions: null,
  };
  return {
    argv: prepareHome(spec.argv(context), {
      homePath: home,
      files: spec.files?.(context),
      commands: spec.beforeStart,
    }),
    env: {
      HOME: home,
      PATH: process.env.PATH,
      USER: "tembo",
      LANG: "C.UTF-8",
      TMPDIR: "/tmp",
      ...NO_NETWORK,
      ...spec.env(context),
    },
    meta: spec.sessionMeta?.(context),
    entry: join(installDir, spec.entry),
  };
}

/** Runs one prompt with the harness in a folder, as a user with an ACP client would. */
export async function workByHand(
  harness: BareHarness,
  input: {
    readonly cwd: string;
    readonly home: string;
    readonly prompt: string;
    /** Callback for three moments: the conversation is open, the prompt has completed, and the harness has exited. */
    readonly onPhase: () => void;
    /** Receives the kind of each update of the conversation. */
    readonly onUpdate?: (kind: string) => void;
  },
): Promise<void> {
  await mkdir(input.home, { recursive: true });
  const { argv, env, meta } = launchOf(harness, input.home);
  const agent = new AcpClient(argv, { cwd: input.cwd, env, onUpdate: input.onUpdate });
  try {
    await agent.request("initialize", {
      protocolVersion: 1,
      clientInfo: { name: "bench", version: "0.1.0" },
      clientCapabilities: { fs: { readTextFile: false, writeTextFile: false }, terminal: false },
    });
    const opened = await agent.request<OpenedSession>("session/new", {
      cwd: input.cwd,
      mcpServers: [],
      ...(meta && { _meta: meta }),
    });
    await choose(agent, opened, harness.spec);
    input.onPhase();
    const prompt = [{ type: "text", text: input.prompt }];
    await agent.request("session/prompt", { sessionId: opened.sessionId, prompt });
    input.onPhase();
  } finally {
    await agent.close();
  }
  input.onPhase();
}

interface OpenedSession {
  readonly sessionId: string;
  readonly configOptions?: readonly { id: string; category?: string | null; currentValue: unknown }[] | null;
  readonly modes?: { currentModeId: string } | null;
  readonly models?: { currentModelId: string } | null;
}

/** Selects the model and the mode if the harness offers them and has not selected them yet. */
async function choose(
  agent: AcpClient,
  { sessionId, configOptions, modes, models }: OpenedSession,
  spec: LaunchSpec,
): Promise<void> {
  const model = spec.modelOption?.(spec.defaultModel) ?? spec.defaultModel;
  const [mode] = spec.modes.build;
  for (const [name, value] of [
    ["model", model],
    ["mode", mode],
  ] as const) {
    if (value === undefined) continue;
    const option = configOptions?.find(({ id, category }) => category === name || id === name);
    if (option !== undefined) {
      if (option.currentValue === value) continue;
      await agent.request("session/set_config_option", { sessionId, configId: option.id, value });
    } else if (name === "model" && models && models.currentModelId !== value) {
      await agent.request("session/set_model", { sessionId, modelId: value });
    } else if (name === "mode" && modes && modes.currentModeId !== value) {
      await agent.request("session/set_mode", { sessionId, modeId: value });
    }
  }
}
