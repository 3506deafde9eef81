import { effectiveSettings, getOrganization } from "../../accounts/index.ts";
import { AppError } from "../../base/index.ts";
import type { AccessPorts } from "../ports.ts";
import { parseAgentKey, requireHarness } from "./agent-key.ts";
import { requireModel } from "./require-model.ts";

/**
 * Explains why Tembo would reject a session with the organization's default agent, or returns null if Tembo would
 * accept it.
 */
export async function describeDefaultAgent(
  ports: Pick<AccessPorts, "store" | "settings" | "harnesses" | "modelProviders">,
  organizationId: string,
): Promise<string | null> {
  const organization = await getOrganization(ports.store, organizationId);
  const { defaultAgent } = effectiveSettings(ports, organization);
  const known = ports.harnesses.list();
  try {
    const agent = parseAgentKey(defaultAgent, known, ports.modelProviders);
    await requireModel(ports, organizationId, agent, requireHarness(agent.harness, known));
    return null;
  } catch (cause) {
    if (!(cause instanceof AppError) || cause.code !== "invalid_input") throw cause;
    return `Sessions with the default agent, ${defaultAgent}, cannot be created yet. ${cause.message}`;
  }
}
