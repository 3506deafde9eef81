import { readFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { Logger } from "../../core/base/index.ts";
import type { SandboxProvider } from "../../core/turns/index.ts";
import { type BubblewrapOptions, createBubblewrap } from "../bubblewrap/create-bubblewrap.ts";
import { prepareRuntime } from "../prepare-runtime.ts";
import { createRunsc } from "../runsc/create-runsc.ts";
import { createUnsafeLocal } from "../unsafe-local/create-unsafe-local.ts";
import { connectRemote } from "./remote/create-remote.ts";
import { addressFile } from "./remote/start-agent.ts";
import { testUidBase } from "./run-in-sandbox.ts";

const quiet: Logger = { info() {}, warn() {}, error() {} };

export type TestedName = "bubblewrap" | "runsc" | "unsafe-local" | "remote";

export type TestedProvider = SandboxProvider & { close?(): Promise<void> };

/** A sandbox provider over a data folder of a test. */
export async function makeProvider(
  name: TestedName,
  dataDir: string,
  options: Partial<BubblewrapOptions> = {},
): Promise<TestedProvider> {
  if (name === "remote") {
    const local = await makeProvider("bubblewrap", dataDir, options);
    const address = JSON.parse(await readFile(addressFile(dataDir), "utf8"));
    return connectRemote({ address, dataDir, local });
  }
  const nodeBinary = await prepareRuntime(dataDir);
  if (name === "runsc") {
    // Its programs are no processes of the host: the tests look for the containers, which are named after them.
    const label = (argv: readonly string[]) =>
      argv
        .at(-1)!
        .replaceAll(/[^\w-]/g, "")
        .slice(-36);
    return createRunsc({ dataDir, nodeBinary, uidBase: testUidBase, log: quiet, label });
  }
  return name === "bubblewrap"
    ? createBubblewrap({ dataDir, nodeBinary, uidBase: testUidBase, log: quiet, ...options })
    : createUnsafeLocal({ dataDir, nodeFolder: dirname(nodeBinary), log: quiet });
}
