import { newId, paths } from "../../base/index.ts";
import type { TurnsPorts } from "../ports.ts";
import type { Sandbox } from "./sandbox.ts";

const limits = { cpus: 1, memoryBytes: 2 * 1024 ** 3, diskBytes: 1024 ** 3, files: 20_000 } as const;

/**
 * Runs `work` in a new sandbox with an empty workspace and HOME, in which programs can read `readOnlyPaths`. Its forwards
 * refuse connections. Removes its files afterward. If this process dies before that, the sweep of left sessions removes
 * them.
 */
export async function withEmptySandbox<T>(
  {
    sandboxes,
    workspaceFiles,
    settings: { dataDir, sandboxProcesses },
  }: Pick<TurnsPorts, "sandboxes" | "workspaceFiles" | "settings">,
  readOnlyPaths: readonly string[],
  work: (sandbox: Sandbox) => Promise<T>,
): Promise<T> {
  const sessionId = newId();
  try {
    const sandbox = await sandboxes.create({
      // Sessions have higher numbers.
      workspace: { sessionId, sessionNumber: 0 },
      readOnlyPaths,
      isWorkspaceReadOnly: false,
      limits: { ...limits, processes: sandboxProcesses },
      gitRoutes: [],
      trustedCertificate: null,
      system: null,
    });
    try {
      return await work(sandbox);
    } finally {
      await sandbox.stop();
    }
  } finally {
    await sandboxes.clear(sessionId);
    await workspaceFiles.discard(paths.session(dataDir, sessionId));
  }
}
