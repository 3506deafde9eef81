import { keepSandboxAlive } from "../../../sessions/index.ts";
import type { RunTool } from "../tool-call.ts";

export const setVmKeepAlive: RunTool<"setVmKeepAlive"> = async ({ context }, { minutes }) => {
  const { ports, session } = context;
  const { until } = await keepSandboxAlive(ports, session.organizationId, session.id, minutes);
  return { until: until?.toISOString() ?? null };
};
