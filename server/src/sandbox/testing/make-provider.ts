import { dirname } from "node:path";
import type { Logger } from "../../core/ports/logger.ts";
import type { SandboxProvider } from "../../core/ports/sandbox.ts";
import { type BubblewrapOptions, createBubblewrap } from "../bubblewrap/create-bubblewrap.ts";
import { prepareRuntime } from "../prepare-runtime.ts";
import { createUnsafeLocal } from "../unsafe-local/create-unsafe-local.ts";

const quiet: Logger = { info() {}, warn() {}, error() {} };

/** A sandbox provider over a data folder of a test. */
export async function makeProvider(
  name: SandboxProvider["name"],
  dataDir: string,
  options: Partial<BubblewrapOptions> = {},
): Promise<SandboxProvider> {
  const nodeBinary = await prepareRuntime(dataDir);
  return name === "bubblewrap"
    ? createBubblewrap({ dataDir, nodeBinary, uidBase: 300_000, log: quiet, ...options })
    : createUnsafeLocal({ dataDir, nodeFolder: dirname(nodeBinary), log: quiet });
}
