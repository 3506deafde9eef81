import { dirname } from "node:path";
import type { Logger } from "../../core/base/index.ts";
import type { SandboxProvider } from "../../core/turns/index.ts";
import { type BubblewrapOptions, createBubblewrap } from "../bubblewrap/create-bubblewrap.ts";
import { prepareRuntime } from "../prepare-runtime.ts";
import { createRunsc } from "../runsc/create-runsc.ts";
import { createUnsafeLocal } from "../unsafe-local/create-unsafe-local.ts";

const quiet: Logger = { info() {}, warn() {}, error() {} };

/** A sandbox provider over a data folder of a test. */
export async function makeProvider(
  name: SandboxProvider["name"],
  dataDir: string,
  options: Partial<BubblewrapOptions> = {},
): Promise<SandboxProvider> {
  const nodeBinary = await prepareRuntime(dataDir);
  if (name === "runsc") {
    // Its programs are no processes of the host: the tests look for the containers, which are named after them.
    const label = (argv: readonly string[]) =>
      argv
        .at(-1)!
        .replaceAll(/[^\w-]/g, "")
        .slice(-36);
    return createRunsc({ dataDir, nodeBinary, uidBase: 300_000, log: quiet, label });
  }
  return name === "bubblewrap"
    ? createBubblewrap({ dataDir, nodeBinary, uidBase: 300_000, log: quiet, ...options })
    : createUnsafeLocal({ dataDir, nodeFolder: dirname(nodeBinary), log: quiet });
}
