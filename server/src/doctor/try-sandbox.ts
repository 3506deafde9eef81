import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { reason } from "../core/base/index.ts";
import type { SandboxPlugIn } from "../sandbox/plug-in.ts";
import { prepareRuntime } from "../sandbox/prepare-runtime.ts";

const silent = { info() {}, warn() {}, error() {} };

/**
 * Runs the check with which a worker starts, in a temporary data folder. Returns the sentence of its error, or null if a
 * sandbox runs.
 */
export async function trySandbox(
  plugIn: SandboxPlugIn,
  { uidBase, programFolders }: { readonly uidBase: number; readonly programFolders: readonly string[] },
): Promise<string | null> {
  const dataDir = await mkdtemp(join(tmpdir(), "tembo-doctor-"));
  try {
    await chmod(dataDir, 0o711);
    const nodeBinary = await prepareRuntime(dataDir);
    const given = { dataDir, nodeBinary, uidBase, programFolders, log: silent, hasControlGroups: false };
    await plugIn.create(given).check();
    return null;
  } catch (cause) {
    return reason(cause);
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}
