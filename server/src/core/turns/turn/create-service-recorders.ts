import type { ProjectService } from "../../sessions/index.ts";
import { ServiceRecorder } from "../service/service-recorder.ts";
import { notStarted } from "../service/session-service.ts";
import type { TurnContext } from "./turn-context.ts";

/**
 * Replaces the recorded services of the session's earlier sandbox, and returns the recorders for those of a new one. Throws
 * `fenced` if the attempt no longer holds the turn.
 */
export async function createServiceRecorders(
  { ports, lease, masker }: Pick<TurnContext, "ports" | "lease" | "masker">,
  sandboxId: string,
  services: readonly ProjectService[],
): Promise<(service: ProjectService) => ServiceRecorder> {
  const { sessionId } = lease;
  const masked = services.map((service) => notStarted({ ...service, command: masker.mask(service.command) }));
  await ports.store.transaction((tx) => tx.services.begin(lease, sandboxId, masked));
  return ({ name }) => new ServiceRecorder(ports, { sessionId, sandboxId, name }, masker.openStream());
}
