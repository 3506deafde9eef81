import { type Config, type Environment, type Machine, parseConfig, thisMachine } from "./config.ts";
import { operatorProviders } from "./config-providers.ts";
import { reason } from "./core/errors.ts";
import { type Check, failed, passed } from "./doctor/check.ts";
import { checkGuards } from "./doctor/check-guards.ts";
import {
  checkDatabase,
  checkDataFolder,
  checkDisk,
  checkHarness,
  checkModelKeys,
  checkPort,
} from "./doctor/check-machine.ts";
import { checkBubblewrap, checkGit, checkNode, checkSetpriv } from "./doctor/check-tools.ts";
import { databaseAccount } from "./postgres/account.ts";

export type { Check } from "./doctor/check.ts";

/**
 * Looks at everything that a turn needs, changes nothing, and says the mend for each. With bad settings only
 * what does not depend on them is looked at. Never rejects for what it finds.
 */
export async function runDoctor(
  env: Environment,
  machine: Machine = thisMachine(),
): Promise<{ readonly checks: readonly Check[] }> {
  const path = env.PATH ?? "/usr/bin:/bin";
  const settings = readSettings(env, machine);
  const { config } = settings;
  const uid = config?.sandboxUidBase ?? parseConfig({}, machine).sandboxUidBase;
  const sandboxUser = machine.isRoot ? { uid, gid: uid } : null;
  const needsSandbox = (config?.sandbox ?? "bubblewrap") === "bubblewrap";
  const [git, bubblewrap, ...setpriv] = await Promise.all([
    checkGit(path),
    checkBubblewrap(path, sandboxUser, needsSandbox),
    ...(machine.isRoot ? [checkSetpriv(path, needsSandbox)] : []),
  ]);
  const guards = await checkGuards({
    path,
    isRoot: machine.isRoot,
    sandbox: config?.sandbox ?? "bubblewrap",
    sandboxRuns: bubblewrap.ok,
  });
  const checks = [settings.check, checkNode(), git, bubblewrap, ...setpriv, ...guards];
  if (config === null) return { checks };
  const users = [sandboxUser, config.databaseUrl === null ? databaseAccount() : null];
  const rest = await Promise.all([
    checkDataFolder(
      config.dataDir,
      users.filter((user) => user !== null),
    ),
    checkDisk(config.dataDir),
    checkPort(config.host, config.port),
    checkDatabase(config),
    checkHarness(config.dataDir, "claudeCode"),
  ]);
  return { checks: [...checks, ...rest, ...checkModelKeys(operatorProviders(config.providers))] };
}

function readSettings(env: Environment, machine: Machine): { config: Config | null; check: Check } {
  try {
    return { config: parseConfig(env, machine), check: passed("settings", "every variable is well") };
  } catch (cause) {
    const mend = "Change the variables named; docs/reference/config.md lists them all.";
    return { config: null, check: failed("settings", reason(cause), mend) };
  }
}
