import type { SandboxProvider } from "../../../server/src/core/turns/index.ts";
import { createBenchSandbox } from "../support/create-bench-sandbox.ts";

/**
 * Returns the milliseconds from the request for a sandbox until `true` exits in it. Excludes stopping and removing the
 * sandbox.
 */
export async function runInNewSandbox(provider: SandboxProvider, sessionNumber: number): Promise<number> {
  const startedAt = performance.now();
  const sandbox = await createBenchSandbox(provider, sessionNumber);
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
  if (code !== 0) throw new Error(`true exited with ${code} in a sandbox`);
  return durationMs;
}
