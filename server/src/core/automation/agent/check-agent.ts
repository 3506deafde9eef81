import { parseAgentKey, requireHarness, requireMcpConnections } from "../../access/index.ts";
import { AppError, isId, refuseNul } from "../../base/index.ts";
import { getRepositories } from "../../forges/index.ts";
import { readAgentOptions, requireUsableProject } from "../../sessions/index.ts";
import type { AutomationPorts } from "../ports.ts";
import { type Agent, noProject } from "./agent.ts";
import { instructionsText } from "./instructions-text.ts";

export const maxAgents = 1_000;

/** Maximum size of the script, which is passed to a shell as one argument. Linux limits an argument to 128 KiB. */
const maxScriptBytes = 112 * 1024;

/**
 * Validates an agent. Throws `invalid_input` if a field is not valid, or if it references an MCP connection or repository that does not exist or
 * cannot be used.
 */
export async function checkAgent(
  ports: Pick<AutomationPorts, "store" | "harnesses" | "modelProviders" | "settings">,
  agent: Agent,
): Promise<void> {
  for (const field of ["name", "key", "agent", "script"] as const) refuseNul(field, agent[field]);
  if (agent.name.trim() === "")
    throw new AppError("invalid_input", 'The "name" is empty. Give the agent a name.', { field: "name" });
  checkKey(agent.key);
  if (agent.script !== null && Buffer.byteLength(agent.script) > maxScriptBytes)
    throw new AppError(
      "invalid_input",
      `The "script" is larger than ${maxScriptBytes / 1024} KiB. Move the commands to a file in the repository, and run that file.`,
      { field: "script" },
    );
  instructionsText(agent.instructions);
  const known = ports.harnesses.list();
  if (agent.agent !== null) {
    const { harness } = parseAgentKey(agent.agent, known, ports.modelProviders);
    readAgentOptions(agent.agentOptions, requireHarness(harness, known));
  }
  if (agent.projectId !== null && agent.projectId !== noProject)
    await requireUsableProject(ports, agent.organizationId, agent.projectId);
  await requireMcpConnections(
    ports.store,
    { organizationId: agent.organizationId, keyId: null },
    agent.mcpServers,
  );
  await getRepositories(ports, agent.organizationId, { urls: [], ids: agent.repositoryIds });
}

/** Throws `invalid_input` if the key is not one word without "!", or if it is an ID. Accepts null. */
function checkKey(key: string | null): void {
  if (key === null || (/^[^\s!]+$/u.test(key) && !isId(key))) return;
  throw new AppError(
    "invalid_input",
    `The "key" ${JSON.stringify(key)} cannot be used for an agent. Use one word without "!" that is not an ID.`,
    { field: "key" },
  );
}
