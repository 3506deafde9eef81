import type { TurnsPorts } from "../ports.ts";
import type { ImportPriority, SandboxFolder, SandboxLimits, WorkspaceHandle } from "../sandbox/sandbox.ts";

export interface UnpackPlace {
  readonly workspace: WorkspaceHandle;
  readonly limits: SandboxLimits;
  readonly priority: ImportPriority;
}

const folders: readonly SandboxFolder[] = ["workspace", "home"];

/**
 * Unpacks archives of the workspace and HOME in a sandbox of their own, whose program can write only there. Throws the errors
 * of `read` and of `Sandbox.importFolder`.
 */
export async function unpackFolders(
  ports: Pick<TurnsPorts, "sandboxes">,
  read: (folder: SandboxFolder) => AsyncIterable<Buffer>,
  { workspace, limits, priority }: UnpackPlace,
  signal: AbortSignal,
): Promise<void> {
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
    for (const folder of folders) await sandbox.importFolder(folder, read(folder), signal, priority);
  } finally {
    await sandbox.stop();
  }
}
