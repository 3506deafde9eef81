import { readFile } from "node:fs/promises";
import type { Logger } from "../../core/base/index.ts";
import type { SandboxProvider } from "../../core/turns/index.ts";
import { type BubblewrapOptions, createBubblewrap } from "../bubblewrap/create-bubblewrap.ts";
import { sandboxPlugIns } from "../plug-ins.ts";
import { prepareRuntime } from "../prepare-runtime.ts";
import { connectRemote } from "./remote/create-remote.ts";
import { addressFile } from "./remote/start-agent.ts";
import { testRootUidBase, testUidBase } from "./run-in-sandbox.ts";

const quiet: Logger = { info() {}, warn() {}, error() {} };

/** Name of a registered sandbox, or `remote`. */
export type TestedName = string;

export type TestedProvider = SandboxProvider & { close?(): Promise<void> };

/** Returns a sandbox provider for the data folder of a test. Throws if the name is not registered. */
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
  const plugIn = sandboxPlugIns.find((candidate) => candidate.name === name);
  if (plugIn === undefined) throw new Error(`The sandbox ${name} is not registered.`);
  const given = {
    dataDir,
    nodeBinary: await prepareRuntime(dataDir),
    uidBase: testUidBase,
    rootUidBase: testRootUidBase,
    log: quiet,
    ...options,
  };
  return name === "bubblewrap" ? createBubblewrap(given) : plugIn.create(given);
}
