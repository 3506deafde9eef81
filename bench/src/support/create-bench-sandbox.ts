import { doorPaths, paths } from "../../../server/src/core/base/index.ts";
import type { Sandbox, SandboxProvider } from "../../../server/src/core/turns/index.ts";

/** A sandbox of the usual size for the session `bench-<number>`, with its doors where the product has them. */
export function createBenchSandbox(
  provider: SandboxProvider,
  dataDir: string,
  sessionNumber: number,
  readOnlyPaths: readonly string[] = [],
): Promise<Sandbox> {
  const sessionId = `bench-${sessionNumber}`;
  return provider.create({
    sessionId,
    sessionNumber,
    workspacePath: paths.workspace(dataDir, sessionId),
    homePath: paths.home(dataDir, sessionId),
    readOnlyPaths,
    isWorkspaceReadOnly: false,
    limits: {
      cpus: 2,
      memoryBytes: 4 * 1024 ** 3,
      processes: 4_096,
      diskBytes: 20 * 1024 ** 3,
      files: 2_000_000,
    },
    doors: doorPaths(dataDir, sessionId),
    gitRoutes: [{ url: "https://github.com/bench/app", path: "/1" }],
    trustedCertificate: null,
  });
}
