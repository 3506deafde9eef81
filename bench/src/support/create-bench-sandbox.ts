import type { Sandbox, SandboxProvider, SandboxSpec } from "../../../server/src/core/turns/index.ts";

/** Creates a sandbox of the default size for the session `bench-<number>`. */
export function createBenchSandbox(
  provider: SandboxProvider,
  sessionNumber: number,
  readOnlyPaths: readonly string[] = [],
  system: SandboxSpec["system"] = null,
): Promise<Sandbox> {
  return provider.create({
    workspace: { sessionId: `bench-${sessionNumber}`, sessionNumber },
    readOnlyPaths,
    isWorkspaceReadOnly: false,
    limits: {
      cpus: 2,
      memoryBytes: 4 * 1024 ** 3,
      processes: 4_096,
      diskBytes: 20 * 1024 ** 3,
      files: 2_000_000,
    },
    gitRoutes: [{ url: "https://github.com/bench/app", path: "/1" }],
    trustedCertificate: null,
    system,
  });
}
