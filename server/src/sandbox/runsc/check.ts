import { mkdtemp, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { AppError, withReason } from "../../core/base/index.ts";
import type { Sandbox, SandboxProcess, SandboxSpec } from "../../core/turns/index.ts";
import { ensureReachable } from "../folders/ensure-reachable.ts";
import { makeFolder } from "../folders/make-folder.ts";

const endsWithinMs = 40_000;

/**
 * Runs `true` in a trial sandbox. Throws `sandbox_unavailable` with the cause and the fix if the sandbox cannot be created or `true` does not
 * succeed within 40 seconds.
 */
export async function checkRunsc(
  { dataDir }: { readonly dataDir: string },
  create: (spec: SandboxSpec) => Promise<Sandbox>,
): Promise<void> {
  await makeFolder(join(dataDir, "sessions"));
  await ensureReachable(dataDir);
  const folder = await mkdtemp(join(dataDir, "sessions", "check-"));
  try {
    const sandbox = await create(specOf(folder));
    const signal = AbortSignal.timeout(endsWithinMs);
    const program = sandbox.spawn({ argv: ["true"], cwd: "/", env: {} }, signal);
    const { code, stderr } = await runToEnd(program).finally(() => sandbox.stop());
    if (code === 0) return;
    const detail = signal.aborted
      ? `it did not finish within ${endsWithinMs / 1000} s`
      : stderr.replaceAll(/\s+/g, " ");
    throw new AppError(
      "sandbox_unavailable",
      `${withReason("runsc could not run a program", detail || "it exited without a message")} In a container, the runtime must allow user namespaces and mounts. Otherwise install a newer runsc, or unset TEMBO_SANDBOX.`,
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function specOf(folder: string): SandboxSpec {
  const sessionId = basename(folder);
  return {
    workspace: { sessionId, sessionNumber: 0 },
    readOnlyPaths: [],
    isWorkspaceReadOnly: false,
    limits: { cpus: 1, memoryBytes: 1024 ** 3, processes: 512, diskBytes: 1024 ** 2, files: 1000 },
    gitRoutes: [],
    trustedCertificate: null,
    system: null,
  };
}

async function runToEnd(program: SandboxProcess): Promise<{ code: number | null; stderr: string }> {
  program.stdin.end();
  program.stdout.resume();
  let stderr = "";
  for await (const chunk of program.stderr) stderr = (stderr + chunk).slice(-1_000);
  return { code: (await program.exited).code, stderr: stderr.trim() };
}
