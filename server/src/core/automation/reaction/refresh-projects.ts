import type { ForgeEvent } from "../../forges/index.ts";
import { refreshOnPush } from "../../sessions/index.ts";
import { type ForgeEventContext, type Handled, nothing } from "../conversation/thread-context.ts";
import type { AutomationPorts } from "../ports.ts";

/** Requests builds of the projects whose base branch was pushed to, if they refresh their environments. */
export async function refreshProjects(
  ports: AutomationPorts,
  { repository, event }: ForgeEventContext<Extract<ForgeEvent, { type: "branch.pushed" }>>,
): Promise<Handled> {
  const names = await refreshOnPush(ports, repository, event);
  if (names.length === 0) return nothing;
  return { outcome: `Requested a build of ${names.join(", ")}.`, sessionId: null };
}
