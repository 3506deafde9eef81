import { Console } from "node:console";
import { flushCompileCache } from "node:module";
import { constants } from "node:os";
import { Writable } from "node:stream";
import { pino } from "pino";
import { modelProviders } from "./broker/model/provider/plug-ins.ts";
import { type Config, parseConfig, thisMachine } from "./config.ts";
import {
  describeMissingKey,
  getModelProvider,
  type HarnessInfo,
  type Rotation,
  rotateMasterKey,
  variablesNeededFor,
} from "./core/access/index.ts";
import { AppError, createLogMask, type Logger, maskUrl } from "./core/base/index.ts";
import { findRunningServer } from "./doctor/running-server.ts";
import { drainOrStop } from "./drain-or-stop.ts";
import { createHarnesses } from "./harness/harnesses.ts";
import { delay } from "./runtime/delay.ts";
import { prepareRuntime } from "./sandbox/prepare-runtime.ts";
import { openInstallation } from "./start-installation.ts";
import { joinInstallation } from "./start-join.ts";
import { withJoined } from "./start-joined-settings.ts";
import { startTembo } from "./start-tembo.ts";
import { watchStopSignals } from "./stop-signal.ts";
import { readMasterKeys } from "./vault/master-key-file.ts";
import { openSharedVault } from "./vault/open-shared-vault.ts";

export { runBackup } from "./start-backup.ts";
export { runWorkerToken } from "./start-join.ts";
export { drainWorkers, listMachines, listUnsavedSessions } from "./start-machines.ts";
export { resetPersonPassword } from "./start-reset-password.ts";
export { runRestore } from "./start-restore.ts";
export { installService, listServices, printService, uninstallService } from "./start-service.ts";
export { writeSupportBundle } from "./start-support-bundle.ts";
export { startTembo } from "./start-tembo.ts";
export { planUpgrade, runUpgrade } from "./start-upgrade.ts";
export { runUpgradeBack } from "./start-upgrade-back.ts";

/** Maximum time that startup may continue after a stop signal. A database that does not respond would delay the stop further. */
const maxStartAfterSignalMs = 15_000;

type Environment = Readonly<Record<string, string | undefined>>;

/** Runs `tembo start`: the API and a worker in one process, with the embedded PostgreSQL unless DATABASE_URL is set. */
export function runStart(env: Environment): Promise<void> {
  return runUntilSignal(readConfig(env), { withApi: true, withWorker: true });
}

/** Runs `tembo server`: the API without a worker. */
export function runServer(env: Environment): Promise<void> {
  return runUntilSignal(requireDatabase(readConfig(env), "server"), { withApi: true, withWorker: false });
}

/**
 * Runs `tembo worker`: a worker without the API. With `join`, first receives the settings from a server, which later starts
 * use. Machines with their own data folders need a shared blob store.
 */
export async function runWorker(
  env: Environment,
  join?: Parameters<typeof joinInstallation>[1],
): Promise<void> {
  if (join !== undefined) await joinInstallation(env, join);
  const config = readConfig(await withJoined(env, thisMachine()));
  await runUntilSignal(requireDatabase(config, "worker"), { withApi: false, withWorker: true });
}

interface LocalHarness extends HarnessInfo {
  /**
   * Message about the missing API key. Absent if this machine's settings contain a key, or if the harness may use a model service that Tembo does
   * not know. An organization may provide its own key instead.
   */
  readonly missingKey?: string;
}

/** Lists the harnesses, with a message for each harness whose API key is missing on this machine. */
export async function listHarnesses(env: Environment): Promise<readonly LocalHarness[]> {
  const config = await readRunningConfig(env);
  return (await localHarnesses(config)).list().map((info) => {
    if (info.service) return { ...info, missingKey: describeMissingKey(info.displayName, info.service) };
    const families = [info.modelFamily, ...(info.otherFamilies ?? [])];
    // A program may use a model service that Tembo does not know.
    if (info.isProgram || families.some((family) => (config.providers[family]?.credential ?? null) !== null))
      return info;
    const variables = variablesNeededFor(getModelProvider(modelProviders, info.modelFamily));
    return {
      ...info,
      missingKey: `set ${variables.join(" and ")}, or add a key in the organization's settings`,
    };
  });
}

export async function installHarness(
  env: Environment,
  name: string,
  onProgress: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  await (await localHarnesses(await readRunningConfig(env))).install(name, onProgress, signal);
}

/**
 * Runs `tembo key rotate-master`, even while servers are running. Throws `invalid_input` if the settings are not valid or the master key file does
 * not exist.
 */
export async function rotateMaster(env: Environment): Promise<Rotation> {
  const config = readConfig(env);
  if (readMasterKeys(config.masterKeyFile) === null) {
    throw new AppError(
      "invalid_input",
      `The master key file ${config.masterKeyFile} does not exist. Set TEMBO_DATA_DIR or TEMBO_MASTER_KEY_FILE to the value that the server uses.`,
    );
  }
  await using cleanup = new AsyncDisposableStack();
  const { store } = await openInstallation(config, cleanup);
  const opened = await openSharedVault({ file: config.masterKeyFile, store });
  return await rotateMasterKey({ store, ...opened });
}

/**
 * Returns the settings of the server that `findRunningServer` finds, or the shell's settings if it finds none.
 * Harnesses are installed for that server.
 */
async function readRunningConfig(env: Environment): Promise<Config> {
  return (await findRunningServer(env, thisMachine()))?.config ?? readConfig(env);
}

export function readConfig(env: Environment): Config {
  return parseConfig(env, thisMachine());
}

async function localHarnesses(config: Config) {
  const nodeBinary = await prepareRuntime(config.dataDir);
  return createHarnesses({
    dataDir: config.dataDir,
    nodeBinary,
    seedDir: config.harnessSeedDir ?? undefined,
    log: pino({ level: config.logLevel }, pino.destination(2)),
  });
}

function requireDatabase(config: Config, command: string): Config {
  if (config.databaseUrl !== null) return config;
  throw new AppError(
    "invalid_input",
    `"tembo ${command}" requires DATABASE_URL. Set it to the PostgreSQL database that servers and workers share, or use "tembo start".`,
  );
}

/** Returns a console that writes output from libraries to the log. */
function consoleTo(log: Logger): Console {
  const stream = (level: "info" | "warn") =>
    new Writable({
      write: (chunk, _encoding, done) => {
        for (const line of String(chunk).split("\n")) if (line !== "") log[level]({ from: "console" }, line);
        done();
      },
    });
  return new Console(stream("info"), stream("warn"));
}

async function runUntilSignal(
  config: Config,
  parts: { withApi: boolean; withWorker: boolean },
): Promise<void> {
  const logMask = createLogMask();
  const log = pino(
    { level: config.logLevel, hooks: { streamWrite: logMask.mask }, serializers: { url: maskUrl } },
    pino.destination(2),
  );
  // Programs read the ready line from standard output. DBOS would otherwise print its migrations there.
  globalThis.console = consoleTo(log);
  for (const warning of config.warnings) log.warn(warning);
  // The handler is installed first, so that a server that receives a stop signal during startup stops cleanly afterwards.
  const signals = watchStopSignals((name) => process.exit(128 + constants.signals[name]));
  const signal = signals.next();
  const started = startTembo(config, parts, { log, logMask });
  const isLate = signal
    .then(() => delay(maxStartAfterSignalMs, undefined, { keepsProcess: false }))
    .then(() => "late" as const);
  const tembo = await Promise.race([started, isLate]);
  if (tembo === "late") {
    log.warn("startup did not finish in time after a stop signal; exiting");
    process.exit(1);
  }
  for (const warning of tembo.warnings) process.stderr.write(`warning: ${warning}\n`);
  if (tembo.newApiKey !== null) process.stdout.write(`api-key ${tembo.newApiKey}\n`);
  if (tembo.welcomeUrl !== null) process.stdout.write(`welcome ${tembo.welcomeUrl}\n`);
  // Node writes its compile cache only at a clean exit. Without this call, a killed server would compile all modules again at its next
  // start.
  flushCompileCache();
  // A worker without the API does not listen on an address.
  process.stdout.write(parts.withApi ? `ready ${tembo.url}\n` : "ready\n");
  const cause = parts.withApi
    ? await Promise.race([signal, tembo.lost])
    : await drainOrStop({
        ...tembo.worker,
        lost: tembo.lost,
        drainMs: config.drainMs,
        first: signal,
        signals,
        log,
      });
  log.info("stopping");
  const result = await tembo.stop();
  log.info({ result }, "stopped");
  if (cause instanceof AppError) throw cause;
  // Code that is still waiting for the database would keep the process alive.
  if (result === "cut") process.exit(0);
}
