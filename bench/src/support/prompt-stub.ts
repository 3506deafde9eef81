import { AcpClient } from "./acp-client.ts";

/** Runs the stub by hand in a folder, from its start to its exit. */
export async function promptStub(
  path: string,
  cwd: string,
  prompt: string,
  onUpdate?: (kind: string) => void,
): Promise<void> {
  const env = { PATH: process.env.PATH };
  const agent = new AcpClient([process.execPath, path, "small"], { cwd, env, onUpdate });
  try {
    await agent.request("initialize", { protocolVersion: 1, clientCapabilities: {} });
    const { sessionId } = await agent.request<{ sessionId: string }>("session/new", { cwd, mcpServers: [] });
    await agent.request("session/prompt", { sessionId, prompt: [{ type: "text", text: prompt }] });
  } finally {
    await agent.close();
  }
}
