import type { Environment } from "../../sessions/index.ts";
import { setupLayerOf } from "../environment/environment-system.ts";
import { layerFolders } from "../environment/layer-folders.ts";
import type { Layers } from "../layer/layers.ts";
import type { TurnsPorts } from "../ports.ts";
import type { ImportPriority, SandboxFolder, SandboxLimits, WorkspaceHandle } from "../sandbox/sandbox.ts";

/**
 * Unpacks an environment's workspace and HOME in a sandbox of their own, whose program can write only there. Throws the
 * errors of `Layers.readFolder` and of `Sandbox.importFolder`.
 */
export async function unpackEnvironment(
  ports: Pick<TurnsPorts, "sandboxes"> & { readonly layers: () => Promise<Pick<Layers, "readFolder">> },
  environment: Pick<Environment, "layers">,
  place: {
    readonly workspace: WorkspaceHandle;
    readonly limits: SandboxLimits;
    readonly priority: ImportPriority;
  },
  signal: AbortSignal,
): Promise<void> {
  const { workspace, limits, priority } = place;
  const digest = setupLayerOf(environment);
  const stored = await ports.layers();
  const sandbox = await ports.sandboxes.create({
    workspace,
    readOnlyPaths: [],
    isWorkspaceReadOnly: false,
    limits,
    gitRoutes: [],
    trustedCertificate: null,
    system: null,
  });
  try {
    for (const [folder, path] of Object.entries(layerFolders) as [SandboxFolder, string][])
      await sandbox.importFolder(folder, stored.readFolder(digest, path, signal), signal, priority);
  } finally {
    await sandbox.stop();
  }
}
