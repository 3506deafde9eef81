import type { WireRecord } from "@tembo-io/sdk";

/**
 * The part of `@tembo/server` that the command needs. Only commands that run on this machine load the package, because
 * it is large.
 */
export interface LocalServer {
  /** Runs the API and the worker in one process. Like the next two methods, resolves after an orderly shutdown. */
  runStart(env: NodeJS.ProcessEnv): Promise<void>;
  runServer(env: NodeJS.ProcessEnv): Promise<void>;
  /** Runs a worker. With `join`, this machine first joins the installation of a server. */
  runWorker(env: NodeJS.ProcessEnv, join?: { readonly url: string; readonly token: string }): Promise<void>;
  /** Creates a one-time token for adding a machine. Must run on the server's machine. */
  runWorkerToken(env: NodeJS.ProcessEnv, options: { readonly minutes: number }): Promise<WorkerToken>;
  /** Lists the machines with live workers. Requires DATABASE_URL, as the next two methods do. */
  listMachines(env: NodeJS.ProcessEnv): Promise<readonly ListedMachine[]>;
  /** Marks workers as draining: one worker, those of a machine, or those of this machine. */
  drainWorkers(env: NodeJS.ProcessEnv, target: DrainTarget): Promise<DrainedWorkers>;
  listUnsavedSessions(
    env: NodeJS.ProcessEnv,
    machineId: string,
  ): Promise<readonly { readonly sessionId: string; readonly reason: string }[]>;
  /** Writes the data folder and the database to a file. The server may be running. */
  runBackup(env: NodeJS.ProcessEnv, options: BackupOptions): Promise<BackupResult>;
  /** Restores a backup file into the data folder and the database, which must be empty. */
  runRestore(
    env: NodeJS.ProcessEnv,
    options: { readonly file: string; readonly filesOnly: boolean },
  ): Promise<RestoreResult>;
  listHarnesses(env: NodeJS.ProcessEnv): Promise<readonly HarnessInfo[]>;
  installHarness(
    env: NodeJS.ProcessEnv,
    name: string,
    onProgress: (line: string) => void,
    signal: AbortSignal,
  ): Promise<void>;
  /**
   * Re-encrypts the key of every stored secret with a new master key. If an earlier rotation was interrupted, completes
   * that rotation instead.
   */
  rotateMaster(env: NodeJS.ProcessEnv): Promise<{ readonly rewrapped: number; readonly isResumed: boolean }>;
  /** Replaces the password of the person who signs in with this address, and ends their sign-ins. */
  resetPersonPassword(
    env: NodeJS.ProcessEnv,
    email: string,
  ): Promise<{ readonly email: string; readonly password: string }>;
  /** Writes a file for a bug report, also while the server runs or cannot start. */
  writeSupportBundle(env: NodeJS.ProcessEnv, options: { readonly file: string }): Promise<SupportBundle>;
  /** Reads what an upgrade would change. The server must be stopped for the upgrade itself. */
  planUpgrade(env: NodeJS.ProcessEnv): Promise<UpgradePlan>;
  runUpgrade(env: NodeJS.ProcessEnv, options: { readonly backup: string }): Promise<Upgraded>;
  /** Restores the database from the backup of the last upgrade. With `isDryRun`, only checks that it can. */
  runUpgradeBack(env: NodeJS.ProcessEnv, options: { readonly isDryRun: boolean }): Promise<WentBack>;
  /** Returns the systemd unit. Needs no systemd. */
  printService(options: ServiceOptions): Promise<string>;
  installService(env: NodeJS.ProcessEnv, options: ServiceOptions): Promise<InstalledService>;
  uninstallService(env: NodeJS.ProcessEnv, role: ServiceOptions["role"]): Promise<InstalledService>;
  /** Lists the installed services, or returns null if the machine does not run systemd. */
  listServices(
    env: NodeJS.ProcessEnv,
  ): Promise<
    readonly { readonly unit: string; readonly state: string; readonly isEnabled: boolean }[] | null
  >;
}

export interface ServiceOptions {
  readonly role: "start" | "server" | "worker";
  /** Absolute path of the file with the settings, or null for the default. */
  readonly environmentFile: string | null;
  readonly user: string | null;
}

export interface InstalledService {
  readonly unit: string;
  readonly file: string;
}

export interface UpgradePlan {
  /** Version that ran before, or null if it did not record its version. */
  readonly from: string | null;
  readonly to: string;
  readonly dataDir: string;
  readonly newestApplied: string | null;
  readonly pending: readonly string[];
  /** True if the earlier version can run on the migrated database. */
  readonly keepsPrevious: boolean;
  /** Processes that must stop first. */
  readonly running: readonly string[];
}

export interface Upgraded {
  readonly backup: string;
  readonly migrations: readonly string[];
  readonly rows: Readonly<Record<string, number>>;
  readonly database: string;
  readonly durations: {
    readonly backupMs: number;
    readonly migrationsMs: number;
    readonly verificationMs: number;
  };
  readonly keepsPrevious: boolean;
}

export interface WentBack {
  readonly backup: string;
  readonly version: string | null;
  readonly migration: string | null;
  readonly kept: string | null;
}

export interface SupportBundle {
  readonly file: string;
  readonly bytes: number;
  readonly contains: readonly string[];
  readonly omits: readonly string[];
}

export interface WorkerToken {
  readonly token: string;
  readonly expiresAt: string;
  /** Public URL of the server, or null if none is set. */
  readonly url: string | null;
}

export interface DrainTarget {
  readonly machineId?: string;
  readonly workerId?: string;
}

export interface DrainedWorkers {
  readonly machineId: string;
  readonly workerIds: readonly string[];
}

export interface ListedMachine {
  readonly id: string;
  readonly host: string;
  readonly workers: readonly { readonly id: string; readonly isDraining: boolean }[];
  readonly turns: number;
  readonly turnLimit: number;
  /** Number of sessions whose newest files are only on this machine. */
  readonly unsavedSessions: number;
}

export interface BackupOptions {
  readonly file: string;
  readonly withMasterKey: boolean;
  /** Also copies the objects of a blob store outside the data folder. */
  readonly withBlobs: boolean;
  /** With "files", leaves out the database. */
  readonly parts: "all" | "files";
}

export interface BackupResult extends RestoreResult {
  /** Files of the data folder that the backup lacks: those that could not be read, and those with too long paths. */
  readonly omitted: {
    readonly unreadable: number;
    readonly tooLong: number;
    readonly examples: readonly string[];
  };
}

export interface RestoreResult {
  readonly file: string;
  readonly bytes: number;
  readonly hasDatabase: boolean;
  readonly hasMasterKey: boolean;
  /** Blob store outside the data folder, or null if the blobs are files of the data folder. */
  readonly blobs: {
    readonly place: string;
    /** Number of objects in the backup, or null if it does not contain them. */
    readonly included: number | null;
    /** Number of objects that the store lacked during the backup. */
    readonly missing: number;
  } | null;
}

export interface HarnessInfo {
  readonly name: string;
  readonly displayName: string;
  readonly version: string;
  readonly defaultModel: string;
  readonly isInstalled: boolean;
  /** True if the installed package versions differ from the versions that this release pins. */
  readonly isOutdated?: true | undefined;
  /** Reason why the harness cannot start on this machine, and how to fix it. Not set if it can start. */
  readonly missing?: string | undefined;
  /**
   * Message that this machine's settings contain no key for the harness, and how to fix it. Not set if no key is
   * missing.
   */
  readonly missingKey?: string;
  /** True for a program that the user installs instead of Tembo. */
  readonly isProgram?: true;
}

export interface Doctor {
  runDoctor(env: NodeJS.ProcessEnv): Promise<{
    readonly checks: readonly DoctorCheck[];
    /** The running server whose settings were checked, or null if the settings of this shell were checked instead. */
    readonly server: { readonly pid: number; readonly url: string } | null;
  }>;
}

export interface DoctorCheck {
  readonly name: string;
  readonly ok: boolean;
  /** True if the server cannot run while the check fails. For other checks, a failure is only a hint. */
  readonly isRequired: boolean;
  readonly detail: string;
  /** The fix, or null if no action is needed. */
  readonly fix: string | null;
}

/** The harness drivers of this installation. They can also replay recordings of earlier versions. */
export interface Replay {
  /** Replays the records of a single recording. If the harness failed, throws the same error as the driver. */
  replayRecording(records: readonly WireRecord[]): AsyncIterable<{ readonly type: string }>;
  /** Merges consecutive updates, so that timing does not affect a comparison, and omits notices. */
  collapseUpdates(updates: readonly { readonly type: string }[]): { readonly type: string }[];
}

// The specifiers are in variables, so that the compiler uses the interfaces above instead of the server's types.
const server: string = "@tembo/server";
const doctor: string = "@tembo/server/doctor";
const replay: string = "@tembo/server/replay";

export async function loadLocalServer(): Promise<LocalServer> {
  return (await import(server)) as LocalServer;
}

export async function loadDoctor(): Promise<Doctor> {
  return (await import(doctor)) as Doctor;
}

export async function loadReplay(): Promise<Replay> {
  return (await import(replay)) as Replay;
}
