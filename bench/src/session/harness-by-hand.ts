import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { claudeCode } from "../../../server/src/harness/specs/claude-code.ts";
import { AcpClient } from "./acp-client.ts";

const AGENT_MODEL = "claude-opus-4-5";

export interface HarnessFolder {
  /** Holds `<name>@<version>` of every installed harness. */
  readonly harnessesDir: string;
  readonly modelUrl: string;
}

/** How the product starts Claude Code: the same program, package and environment, without the sandbox. */
export function launchOf({ harnessesDir, modelUrl }: HarnessFolder, home: string) {
  const installDir = join(harnessesDir, `${claudeCode.name}@${claudeCode.version}`);
  const context = {
    nodeBinary: process.execPath,
    installDir,
    homePath: home,
    modelUrl,
    model: AGENT_MODEL,
    mode: "build" as const,
    asks: false,
    instructions: null,
  };
  return {
    argv: claudeCode.argv(context),
    env: {
      HOME: home,
      PATH: process.env.PATH,
      USER: "tembo",
      LANG: "C.UTF-8",
      TMPDIR: "/tmp",
      ...claudeCode.env(context),
    },
    meta: claudeCode.sessionMeta?.(context),
    entry: join(installDir, claudeCode.entry),
  };
}

/** Lets Claude Code work one prompt in a folder, as a person with an ACP client would. */
export async function workByHand(
  folder: HarnessFolder,
  input: {
    readonly cwd: string;
    readonly home: string;
    readonly prompt: string;
    /** Called when the conversation is open, when the prompt has ended, and when the harness is gone. */
    readonly onPhase: () => void;
  },
): Promise<void> {
  await mkdir(input.home, { recursive: true });
  const { argv, env, meta } = launchOf(folder, input.home);
  const agent = new AcpClient(argv, { cwd: input.cwd, env });
  try {
    await agent.request("initialize", {
      protocolVersion: 1,
      clientInfo: { name: "bench", version: "0.1.0" },
      clientCapabilities: { fs: { readTextFile: false, writeTextFile: false }, terminal: false },
    });
    const { sessionId, configOptions } = await agent.request<{
      sessionId: string;
      configOptions: { id: string; currentValue: string }[];
    }>("session/new", { cwd: input.cwd, mcpServers: [], ...(meta && { _meta: meta }) });
    for (const [configId, value] of [
      ["mode", claudeCode.modes.build[0]],
      ["model", AGENT_MODEL],
    ]) {
      if (configOptions.find(({ id }) => id === configId)?.currentValue === value) continue;
      await agent.request("session/set_config_option", { sessionId, configId, value });
    }
    input.onPhase();
    await agent.request("session/prompt", { sessionId, prompt: [{ type: "text", text: input.prompt }] });
    input.onPhase();
  } finally {
    await agent.close();
  }
  input.onPhase();
}
