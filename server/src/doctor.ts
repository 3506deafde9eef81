import { modelProviders } from "./broker/model/provider/plug-ins.ts";
import { type Config, type Environment, type Machine, parseConfig, thisMachine } from "./config.ts";
import { operatorProviders } from "./config-providers.ts";
import { reason } from "./core/base/index.ts";
import { type Check, failed, passed } from "./doctor/check.ts";
import { checkBlobs } from "./doctor/check-blobs.ts";
import { checkGuards } from "./doctor/check-guards.ts";
import {
  checkDatabase,
  checkDataFolder,
  checkDisk,
  checkHarness,
  checkModelKeys,
  checkPort,
} from "./doctor/check-machine.ts";
import { checkSandboxTools } from "./doctor/check-sandboxes.ts";
import { checkState } from "./doctor/check-state.ts";
import { checkBuildah, checkFlock, checkGit, checkNode } from "./doctor/check-tools.ts";
import { checkUserIds } from "./doctor/check-user-ids.ts";
import { findRunningServer } from "./doctor/running-server.ts";
import { defaultHarness } from "./harness/plug-ins.ts";
import { databaseAccount } from "./postgres/account.ts";
import { defaultSandbox } from "./sandbox/plug-ins.ts";
import { systemFolders } from "./sandbox/processes/find-program.ts";
import { withJoined } from "./start-joined-settings.ts";

export type { Check } from "./doctor/check.ts";

export interface Report {
  readonly checks: readonly Check[];
  /** Running server whose settings were checked, or null if the shell's own settings were checked. */
  readonly server: { readonly pid: number; readonly url: string } | null;
}

/**
 * Checks all requirements of a turn, leaves nothing behind, and reports how to fix each problem. Uses the settings of the running server that
 * `findRunningServer` returns, if any. If the settings are invalid, runs only the checks that do not depend on them. The promise never
 * rejects because of a problem that a check found. `programFolders` are the folders in which a worker searches for the programs of sandboxes.
 */
export async function runDoctor(
  shell: Environment,
  machine: Machine = thisMachine(),
  findServer: typeof findRunningServer = findRunningServer,
  programFolders: readonly string[] = systemFolders,
): Promise<Report> {
  const running = await findServer(shell, machine);
  const env = running?.env ?? (await withJoined(shell, machine));
  const server = running && { pid: running.pid, url: urlOf(running.config) };
  const path = env.PATH ?? "/usr/bin:/bin";
  const settings = readSettings(env, machine);
  const { config } = settings;
  const uid = config?.sandboxUidBase ?? parseConfig({}, machine).sandboxUidBase;
  const sandboxUser = machine.isRoot ? { uid, gid: uid } : null;
  const sandboxes = {
    programFolders,
    isRoot: machine.isRoot,
    uidBase: uid,
    chosen: config?.sandbox ?? defaultSandbox.name,
  };
  const [git, flock, buildah, tools] = await Promise.all([
    checkGit(path),
    checkFlock(path),
    checkBuildah(path),
    checkSandboxTools(sandboxes),
  ]);
  const guards = await checkGuards({
    isRoot: machine.isRoot,
    allowsContainers: config?.allowsContainers ?? true,
    sandboxes,
    trial: tools.trial,
  });
  const checks = [settings.check, checkNode(), git, flock, buildah, ...tools.checks, ...guards];
  if (config === null) return { checks, server };
  const users = [sandboxUser, config.databaseUrl === null ? databaseAccount() : null];
  const rest = await Promise.all([
    checkDataFolder(
      config.dataDir,
      users.filter((user) => user !== null),
    ),
    checkDisk(config.dataDir),
    ...(machine.isRoot ? [checkUserIds(config)] : []),
    ...(running === null ? [checkPort(config.host, config.port)] : []),
    checkDatabase(config),
    checkHarness(config.dataDir, defaultHarness.name),
  ]);
  const state = await checkState(config, running !== null);
  const blobs = await checkBlobs(config);
  return {
    checks: [
      ...checks,
      ...rest,
      ...blobs,
      ...state,
      ...checkModelKeys(modelProviders, operatorProviders(config.providers)),
    ],
    server,
  };
}

/** Returns the URL of a server on this machine. Replaces a wildcard address, because clients cannot connect to it. */
function urlOf({ host, port }: Config): string {
  const address = host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "::1" : host;
  return `http://${address.includes(":") ? `[${address}]` : address}:${port}`;
}

function readSettings(env: Environment, machine: Machine): { config: Config | null; check: Check } {
  try {
    return { config: parseConfig(env, machine), check: passed("settings", "every variable is valid") };
  } catch (cause) {
    const fix = "Correct these variables. docs/reference/config.md lists all variables.";
    return { config: null, check: failed("settings", reason(cause), fix) };
  }
}
