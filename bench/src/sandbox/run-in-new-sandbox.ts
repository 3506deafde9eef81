import { join } from "node:path";
import { paths } from "../../../server/src/core/paths.ts";
import type { SandboxProvider } from "../../../server/src/core/ports/sandbox.ts";

/** Milliseconds from asking for a sandbox to the end of `true` in it. Stopping and removing it are not counted. */
export async function runInNewSandbox(
  provider: SandboxProvider,
  dataDir: string,
  sessionNumber: number,
): Promise<number> {
  const sessionId = `bench-${sessionNumber}`;
  const doors = join(dataDir, "run", sessionId);
  const startedAt = performance.now();
  const sandbox = await provider.create({
    sessionId,
    sessionNumber,
    workspacePath: paths.workspace(dataDir, sessionId),
    homePath: paths.home(dataDir, sessionId),
    readOnlyPaths: [],
    isWorkspaceReadOnly: false,
    limits: {
      cpus: 2,
      memoryBytes: 4 * 1024 ** 3,
      processes: 4_096,
      diskBytes: 20 * 1024 ** 3,
      files: 2_000_000,
    },
    doors: { model: join(doors, "model"), egress: join(doors, "egress"), git: join(doors, "git") },
    gitRoutes: [{ url: "https://github.com/bench/app", path: "/1" }],
    trustedCertificate: null,
  });
  const program = sandbox.spawn(
    { argv: ["true"], cwd: sandbox.workspacePath, env: {} },
    new AbortController().signal,
  );
  program.stdin.end();
  program.stdout.resume();
  program.stderr.resume();
  const { code } = await program.exited;
  const durationMs = performance.now() - startedAt;
  await sandbox.stop();
  if (code !== 0) throw new Error(`true ended with ${code} in a sandbox`);
  return durationMs;
}
