import { availableParallelism, homedir } from "node:os";
import { isAbsolute, join } from "node:path";
import { maxPreviewShareMinutes } from "@tembo/contract/limits";
import { parseBlobs } from "./config-blobs.ts";
import { type ProvidersConfig, parseProviders } from "./config-providers.ts";
import { findUnknown } from "./config-unknown.ts";
import {
  absolutePath,
  agent,
  apiKey,
  databaseUrl,
  dataFolder,
  domainName,
  Fault,
  hostList,
  hostName,
  integer,
  isLoopbackHost,
  type ListenAddress,
  labelList,
  listenAddress,
  megabytes,
  minutes,
  minutesOrNone,
  nameList,
  networkList,
  type Parser,
  parseOneOf,
  webUrl,
} from "./config-values.ts";
import { knownVariables, sharedVariables, type VariableName } from "./config-variables.ts";
import { AppError, type BlobPlacement, paths, problemOfBases } from "./core/base/index.ts";
import { defaultHarness } from "./harness/plug-ins.ts";
import { defaultSandbox, sandboxPlugIns } from "./sandbox/plug-ins.ts";

/** All settings from the environment, parsed once. `docs/reference/config.md` describes each of them. */
export interface Config {
  readonly host: string;
  /** 0 selects any free port. */
  readonly port: number;
  readonly dataDir: string;
  /** URL without a trailing slash. If null, the server derives it from the host and port on which it listens. */
  readonly publicUrl: string | null;
  /** URL at which the other servers reach this one. If null, the server derives it from the host and port on which it listens. */
  readonly serverAddress: string | null;
  /** URL of the database, or null for the embedded PostgreSQL. */
  readonly databaseUrl: string | null;
  /** URL at which workers that join reach the database, or null for `databaseUrl`. */
  readonly workerDatabaseUrl: string | null;
  readonly bootstrapApiKey: string | null;
  readonly workerConcurrency: number;
  /** Labels of the worker, without repetitions. */
  readonly workerLabels: readonly string[];
  /** `harness:model[:provider]` or `harness`. */
  readonly defaultAgent: string;
  readonly turnLimitMs: number;
  /** Time for which running turns may continue while a worker drains. */
  readonly drainMs: number;
  /** Time for which a sandbox remains running after a turn. 0 turns this off. */
  /** True if the server fills the compile caches of harnesses. Existing ones are used in any case. */
  readonly fillsCompileCaches: boolean;
  readonly keepAliveMs: number;
  /** Memory limit for all idle sandboxes together, or null for a quarter of the machine's memory. */
  readonly keepAliveBytes: number | null;
  /** Number of idle days after which a session's workspace is removed. 0 means never. */
  readonly workspaceDays: number;
  /** Number of days after which audit events are deleted. 0 means never. */
  readonly auditRetentionDays: number;
  readonly sessionRetentionDays: number;
  /** Name of the sandbox plug-in. */
  readonly sandbox: string;
  /** False if no project of this server can run containers. */
  readonly allowsContainers: boolean;
  readonly sandboxUidBase: number;
  readonly sandboxRootUidBase: number;
  /** Size limit for a session's workspace and HOME together. */
  readonly sandboxDiskBytes: number;
  readonly sandboxFiles: number;
  readonly sandboxProcesses: number;
  /** Maximum disk space of all layers together. Layers in use may exceed it. */
  readonly layerCacheBytes: number;
  /** Maximum disk space of all copies of environments together. 0 means that there are none. */
  readonly environmentCopiesBytes: number;
  /** Maximum number of harnesses that wait for new sessions. 0 means that none waits. */
  readonly waitingHarnesses: number;
  /**
   * Time after a comment on a pull request during which further comments by the same author become part of the same message. Applies to forges
   * without review IDs.
   */
  readonly commentSettleMs: number;
  /** Hosts, as `host` or `host:port`, that the server and its sandboxes may reach at a private address. */
  readonly privateHosts: readonly string[];
  /** Addresses and CIDR networks of reverse proxies. */
  readonly trustedProxies: readonly string[];
  /** Host names that requests may use, in addition to the public URL's host. */
  readonly allowedHosts: readonly string[];
  /** Domain whose subdomains are the host names of previews, or null for the default of the public URL's host. */
  readonly previewDomain: string | null;
  /** Longest lifetime of a share link for a preview. 0 turns share links off. */
  readonly maxPreviewShareMs: number;
  readonly masterKeyFile: string;
  /** Path of the price table, or null for the price table that the server includes. */
  readonly pricesFile: string | null;
  /**
   * Maximum number of requests per minute for each API key and for each sign-in, and per hour for all API keys of an organization together. 0 turns
   * a limit off.
   */
  readonly rateLimitPerKeyPerMinute: number;
  readonly rateLimitPerSignInPerMinute: number;
  readonly rateLimitPerOrganizationPerHour: number;
  readonly logLevel: LogLevel;
  /** Address that serves /metrics, or null if the process collects no metrics. */
  readonly metrics: ListenAddress | null;
  /** Token of requests for /metrics, or null if they need none. */
  readonly metricsToken: string | null;
  /** URL of a collector of traces, or null if the process collects none. */
  readonly tracesUrl: string | null;
  readonly harnessSeedDir: string | null;
  readonly blobs: BlobPlacement;
  /** If true, unknown `TEMBO_` variables are errors instead of warnings. */
  readonly isStrict: boolean;
  readonly providers: ProvidersConfig;
  /** Set variables that workers of this installation also need. A machine that joins receives them. */
  readonly shared: Readonly<Record<string, string>>;
  /** Warnings, with one message for each variable that was ignored or has a new name. */
  readonly warnings: readonly string[];
}

const logLevels = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;
export type LogLevel = (typeof logLevels)[number];

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Machine {
  readonly isRoot: boolean;
  readonly homeDir: string;
  readonly cpuCount?: number;
}

export function thisMachine(): Machine {
  return { isRoot: process.getuid?.() === 0, homeDir: homedir(), cpuCount: availableParallelism() };
}

/**
 * Parses the settings. Throws a single `invalid_input` error that lists every invalid variable and explains what to change. An unknown
 * `TEMBO_` variable only causes a warning, because another version may use it, unless TEMBO_STRICT_SETTINGS is 1. The message never
 * contains values that may be secret. An empty string counts as unset.
 */
export function parseConfig(env: Environment, machine: Machine): Config {
  const faults: string[] = [];
  const config = readAll(createRead(env, faults), machine);
  const overlapping = problemOfBases(config);
  if (overlapping !== null) faults.push(`TEMBO_SANDBOX_ROOT_UID_BASE ${overlapping}`);
  if (config.metrics !== null && config.metricsToken === null && !isLoopbackHost(config.metrics.host))
    faults.push(
      "TEMBO_METRICS makes the metrics available to other machines: set TEMBO_METRICS_TOKEN, or use an address such as 127.0.0.1:9464",
    );
  const unknown = findUnknown(env, knownVariables);
  if (config.isStrict) faults.unshift(...unknown);
  if (faults.length > 0) {
    throw new AppError("invalid_input", `Invalid settings in the environment: ${faults.join("; ")}.`);
  }
  return Object.freeze({
    ...config,
    shared: Object.freeze(pickShared(env)),
    warnings: Object.freeze([
      ...unknown.map((fault) => `${fault}. The server ignores it.`),
      ...(env.TEMBO_EGRESS_PRIVATE_HOSTS ? [renamedPrivateHosts] : []),
    ]),
  });
}

/** Returns the data folder. If the settings that determine it are not valid, returns the default, and `parseConfig` throws. */
export const findDataDir = (env: Environment, machine: Machine): string =>
  dataDir(createRead(env, []), machine);

/** Returns a function that reads variables, and adds a message to `faults` for each invalid one. */
const createRead =
  (env: Environment, faults: string[]): ReadVariable =>
  (name, fallback, parse) => {
    const text = env[name];
    if (text === undefined || text === "") return fallback;
    try {
      return parse(text);
    } catch (cause) {
      if (!(cause instanceof Fault)) throw cause;
      faults.push(`${name} ${cause.message}`);
      return fallback;
    }
  };

/** Lists the smallest and the largest accepted value of each setting that has limits. */
export function listExtremes(
  machine: Machine,
): ReadonlyMap<string, NonNullable<Parser<unknown>["extremes"]>> {
  const found = new Map<string, NonNullable<Parser<unknown>["extremes"]>>();
  readAll((name, fallback, parse: Parser<unknown>) => {
    if (parse.extremes !== undefined) found.set(name, parse.extremes);
    return fallback;
  }, machine);
  return found;
}

const renamedPrivateHosts =
  "TEMBO_EGRESS_PRIVATE_HOSTS was renamed to TEMBO_PRIVATE_HOSTS, which applies to all requests that the server sends. Rename the variable, because the next release ignores the old name.";

function pickShared(env: Environment): Record<string, string> {
  const entries = sharedVariables.map((name) => [name, env[name] ?? ""] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== ""));
}

type Settings = Omit<Config, "warnings" | "shared">;

function readAll(readVariable: ReadVariable, machine: Machine): Settings {
  const read: Read = readVariable;
  const folder = dataDir(read, machine);
  return {
    host: read("HOST", "127.0.0.1", hostName),
    port: read("PORT", 3000, integer(0, 65_535)),
    dataDir: folder,
    publicUrl: read<string | null>("TEMBO_PUBLIC_URL", null, webUrl),
    serverAddress: read<string | null>("TEMBO_SERVER_ADDRESS", null, webUrl),
    databaseUrl: read<string | null>("DATABASE_URL", null, databaseUrl),
    workerDatabaseUrl: read<string | null>("TEMBO_WORKER_DATABASE_URL", null, databaseUrl),
    bootstrapApiKey: read<string | null>("TEMBO_BOOTSTRAP_API_KEY", null, apiKey),
    workerConcurrency: read("TEMBO_WORKER_CONCURRENCY", concurrencyFor(machine), integer(1, 256)),
    workerLabels: read<readonly string[]>("TEMBO_WORKER_LABELS", [], labelList),
    defaultAgent: read("TEMBO_DEFAULT_AGENT", builtInAgent, agent),
    turnLimitMs: read("TEMBO_TURN_LIMIT_MINUTES", 360, minutes) * 60_000,
    drainMs: read("TEMBO_DRAIN_MINUTES", 10, minutesOrNone) * 60_000,
    fillsCompileCaches: read("TEMBO_COMPILE_CACHE", "on", parseOneOf(["on", "off"])) === "on",
    keepAliveMs: read("TEMBO_KEEP_ALIVE_MINUTES", 10, minutesOrNone) * 60_000,
    keepAliveBytes: megabytes(
      read<number | null>("TEMBO_KEEP_ALIVE_MEMORY_MB", null, integer(0, 100_000_000)),
    ),
    workspaceDays: read("TEMBO_WORKSPACE_DAYS", 7, integer(0, 10_000)),
    auditRetentionDays: read("TEMBO_AUDIT_RETENTION_DAYS", 400, integer(0, 10_000)),
    sessionRetentionDays: read("TEMBO_SESSION_RETENTION_DAYS", 0, integer(0, 10_000)),
    sandbox: read("TEMBO_SANDBOX", defaultSandbox.name, parseOneOf(sandboxNames)),
    allowsContainers: read("TEMBO_CONTAINERS", "allowed", parseOneOf(["allowed", "refused"])) === "allowed",
    // The minimum is above the IDs of all system users, including `nobody` and PostgreSQL's user.
    sandboxUidBase: read("TEMBO_SANDBOX_UID_BASE", 700_000, integer(65_536, 2_000_000_000)),
    // The default is above the ranges of users, containers and systemd. The maximum keeps all IDs below 2 ** 31, as many programs require.
    sandboxRootUidBase: read("TEMBO_SANDBOX_ROOT_UID_BASE", 1_900_000_000, integer(65_536, 2_000_000_000)),
    sandboxDiskBytes: read("TEMBO_SANDBOX_DISK_GB", 20, integer(1, 100_000)) * 1024 ** 3,
    sandboxFiles: read("TEMBO_SANDBOX_MAX_FILES", 2_000_000, integer(1_000, 1_000_000_000)),
    sandboxProcesses: read("TEMBO_SANDBOX_MAX_PROCESSES", 4_096, integer(64, 1_000_000)),
    layerCacheBytes: read("TEMBO_LAYER_CACHE_GB", 50, integer(1, 100_000)) * 1024 ** 3,
    environmentCopiesBytes: read("TEMBO_ENVIRONMENT_COPIES_GB", 20, integer(0, 100_000)) * 1024 ** 3,
    waitingHarnesses: read("TEMBO_WAITING_HARNESSES", 1, integer(0, 100)),
    commentSettleMs: read("TEMBO_COMMENT_SETTLE_SECONDS", 10, integer(0, 600)) * 1_000,
    privateHosts: [
      ...read<readonly string[]>("TEMBO_PRIVATE_HOSTS", [], hostList),
      ...read<readonly string[]>("TEMBO_EGRESS_PRIVATE_HOSTS", [], hostList),
    ],
    trustedProxies: read<readonly string[]>("TEMBO_TRUSTED_PROXIES", [], networkList),
    allowedHosts: read<readonly string[]>("TEMBO_ALLOWED_HOSTS", [], nameList),
    previewDomain: read<string | null>("TEMBO_PREVIEW_DOMAIN", null, domainName),
    maxPreviewShareMs:
      read("TEMBO_PREVIEW_SHARE_HOURS", 168, integer(0, maxPreviewShareMinutes / 60)) * 3_600_000,
    masterKeyFile: read("TEMBO_MASTER_KEY_FILE", paths.masterKey(folder), absolutePath),
    pricesFile: read<string | null>("TEMBO_PRICES_FILE", null, absolutePath),
    rateLimitPerKeyPerMinute: read("TEMBO_RATE_LIMIT_PER_KEY_PER_MINUTE", 600, integer(0, 1_000_000)),
    rateLimitPerSignInPerMinute: read(
      "TEMBO_RATE_LIMIT_PER_SIGN_IN_PER_MINUTE",
      1_000,
      integer(0, 1_000_000),
    ),
    rateLimitPerOrganizationPerHour: read(
      "TEMBO_RATE_LIMIT_PER_ORGANIZATION_PER_HOUR",
      50_000,
      integer(0, 100_000_000),
    ),
    logLevel: read<LogLevel>("TEMBO_LOG_LEVEL", "info", parseOneOf(logLevels)),
    metrics: read<ListenAddress | null>("TEMBO_METRICS", null, listenAddress),
    metricsToken: read<string | null>("TEMBO_METRICS_TOKEN", null, apiKey),
    tracesUrl: read<string | null>("TEMBO_TRACES_URL", null, webUrl),
    harnessSeedDir: read<string | null>("TEMBO_HARNESS_SEED_DIR", null, absolutePath),
    isStrict: read("TEMBO_STRICT_SETTINGS", "0", parseOneOf(["0", "1"])) === "1",
    blobs: parseBlobs(readVariable),
    providers: parseProviders(readVariable),
  };
}

const builtInAgent = `${defaultHarness.name}:${defaultHarness.defaultModel}`;

/** Names of the sandbox plug-ins. The first name is the default. */
const sandboxNames: readonly [string, ...string[]] = [
  defaultSandbox.name,
  ...sandboxPlugIns.slice(1).map(({ name }) => name),
];

type ReadVariable = <T>(name: string, fallback: T, parse: Parser<T>) => T;
type Read = <T>(name: VariableName, fallback: T, parse: Parser<T>) => T;

function dataDir(read: Read, machine: Machine): string {
  // The XDG specification requires programs to ignore relative paths.
  const xdg = read("XDG_DATA_HOME", "", (text) => (isAbsolute(text) ? text : ""));
  const home = join(xdg === "" ? join(machine.homeDir, ".local/share") : xdg, "tembo");
  return read("TEMBO_DATA_DIR", machine.isRoot ? "/var/lib/tembo" : home, dataFolder);
}

/**
 * Returns two turns per processor, because a turn spends most of its time waiting for the model. The maximum is 16, because each turn uses about 300
 * MB.
 */
function concurrencyFor(machine: Machine): number {
  return Math.min(16, Math.max(2, (machine.cpuCount ?? 2) * 2));
}
