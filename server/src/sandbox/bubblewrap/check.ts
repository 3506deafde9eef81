import { mkdtemp, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { AppError } from "../../core/base/index.ts";
import type { Sandbox, SandboxProcess, SandboxSpec } from "../../core/turns/index.ts";
import { ensureReachable } from "../folders/ensure-reachable.ts";
import { makeFolder } from "../folders/make-folder.ts";
import { explainFailure, readNamespaceSettings } from "./explain-failure.ts";

const startsWithinMs = 20_000;

/**
 * Runs `true` in a trial sandbox. Throws `sandbox_unavailable` with the cause and the fix if the sandbox cannot be created or `true` does not
 * succeed within 20 seconds.
 */
export async function checkBubblewrap(
  { dataDir }: { readonly dataDir: string },
  create: (spec: SandboxSpec) => Promise<Sandbox>,
): Promise<void> {
  await makeFolder(join(dataDir, "sessions"));
  await ensureReachable(dataDir);
  const folder = await mkdtemp(join(dataDir, "sessions", "check-"));
  try {
    const sessionId = basename(folder);
    const sandbox = await create({
      workspace: { sessionId, sessionNumber: 0 },
      readOnlyPaths: [],
      isWorkspaceReadOnly: false,
      limits: { cpus: 1, memoryBytes: 512 * 1024 ** 2, processes: 64, diskBytes: 1024 ** 2, files: 1000 },
      gitRoutes: [],
      trustedCertificate: null,
      system: null,
    });
    const signal = AbortSignal.timeout(startsWithinMs);
    const process = sandbox.spawn({ argv: ["true"], cwd: "/", env: {} }, signal);
    const { code, stderr } = await runToEnd(process).finally(() => sandbox.stop());
    if (code === 0) return;
    const detail = signal.aborted ? `it did not finish within ${startsWithinMs / 1000} s` : stderr;
    throw new AppError("sandbox_unavailable", explainFailure(detail, readNamespaceSettings()));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function runToEnd(process: SandboxProcess): Promise<{ code: number | null; stderr: string }> {
  process.stdin.end();
  process.stdout.resume();
  let stderr = "";
  for await (const chunk of process.stderr) stderr = (stderr + chunk).slice(-1_000);
  return { code: (await process.exited).code, stderr: stderr.trim() };
}
