import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { basename, dirname } from "node:path";
import type { SandboxProvider, SandboxSpec } from "../../../core/turns/index.ts";
import { requirePaths } from "../../folders/require-paths.ts";
import { type AgentAddress, type AgentConnection, connectAgent } from "./agent-connection.ts";
import type { Started } from "./protocol.ts";
import { RemoteSandbox, sendArchive } from "./remote-sandbox.ts";
import { SessionFileStore } from "./session-file-store.ts";

export interface RemoteOptions {
  readonly address: AgentAddress;
  /** The server's data folder. `local` creates sandboxes whose workspaces are in this folder. */
  readonly dataDir: string;
  readonly local: SandboxProvider;
}

const never = new AbortController().signal;

/** Creates sandboxes through an agent that shares no folder with this process. Tests use it to show that the port does not depend on the host. */
export async function connectRemote({
  address,
  dataDir,
  local,
}: RemoteOptions): Promise<SandboxProvider & { close(): Promise<void> }> {
  const agent = await connectAgent(address);
  return {
    name: "remote",
    async check() {
      await agent.call("check", {});
    },
    create: (spec) => createSandbox(agent, spec, new SessionFileStore(local, dataDir, spec)),
    async clear(sessionId) {
      await agent.call("clear", { sessionId });
    },
    close: async () => agent.close(),
  };
}

async function createSandbox(
  agent: AgentConnection,
  spec: SandboxSpec,
  fileStore: SessionFileStore,
): Promise<RemoteSandbox> {
  await requirePaths(spec.readOnlyPaths);
  for (const path of spec.readOnlyPaths) await provide(agent, path);
  const sandboxId = randomUUID();
  await agent.call("open", { sandboxId, spec });
  await fileStore.giveAll(async (folder, archive) => {
    const key = randomUUID();
    const done = agent.call("importFolder", { sandboxId, folder, key });
    await sendArchive(agent.openBytes(key), archive, done, never);
  });
  const started = (await agent.call("start", { sandboxId })) as Started;
  return new RemoteSandbox({ agent, sandboxId, spec, started, fileStore });
}

/** Copies the contents of a read-only path to the agent's machine. */
async function provide(agent: AgentConnection, path: string): Promise<void> {
  const key = randomUUID();
  const done = agent.call("provide", { path, key });
  const tar = spawn("tar", ["--create", "--directory", dirname(path), "--", `./${basename(path)}`], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  await sendArchive(agent.openBytes(key), tar.stdout, done, never);
}
