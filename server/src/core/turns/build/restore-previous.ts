import { paths } from "../../base/index.ts";
import type { ProjectSnapshot } from "../../sessions/index.ts";
import { separateRepositories } from "../workspace/separate-repositories.ts";
import { unpackEnvironment } from "../workspace/unpack-environment.ts";
import type { BuildContext } from "./build-context.ts";
import { sandboxSpecOf } from "./build-sandbox.ts";

/**
 * Fills the workspace and HOME of an incremental build from the previous environment. Its repositories wait in
 * `paths.environment` until they become checkouts. Throws the errors of `unpackEnvironment`.
 */
export async function restorePrevious(
  context: BuildContext,
  previous: ProjectSnapshot,
  signal: AbortSignal,
): Promise<void> {
  const { ports, workspace, checkouts } = context;
  const { limits } = sandboxSpecOf(context, null);
  await unpackEnvironment(ports, previous, { workspace, limits, priority: "normal" }, signal);
  const { sessionId } = workspace;
  const restored = paths.workspace(ports.settings.dataDir, sessionId);
  const wanted = checkouts.map(({ repository, directory }) => ({ repositoryId: repository.id, directory }));
  await separateRepositories(ports, previous, wanted, { sessionId, restored });
}
