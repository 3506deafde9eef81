import type { WireRecord } from "@tembo-io/sdk";

/**
 * The part of `@tembo/server` that the command needs. Only commands that run on this machine load it, since it is
 * large.
 */
export interface LocalServer {
  /** Runs the API and the worker in one process. Each of the three methods resolves after a clean stop. */
  runStart(env: NodeJS.ProcessEnv): Promise<void>;
  runServer(env: NodeJS.ProcessEnv): Promise<void>;
  runWorker(env: NodeJS.ProcessEnv): Promise<void>;
  /** Writes the data folder to a file. The server may be running. */
  runBackup(
    env: NodeJS.ProcessEnv,
    options: { readonly file: string; readonly withMasterKey: boolean },
  ): Promise<BackupResult>;
  /** Unpacks a backup file into the data folder, which must be empty. */
  runRestore(env: NodeJS.ProcessEnv, options: { readonly file: string }): Promise<BackupResult>;
  listHarnesses(env: NodeJS.ProcessEnv): Promise<readonly HarnessInfo[]>;
  installHarness(
    env: NodeJS.ProcessEnv,
    name: string,
    onProgress: (line: string) => void,
    signal: AbortSignal,
  ): Promise<void>;
  /**
   * Wraps every stored secret with a new master key. If an earlier rotation was interrupted, finishes that one
   * instead.
   */
  rotateMaster(env: NodeJS.ProcessEnv): Promise<{ readonly rewrapped: number; readonly isResumed: boolean }>;
}

export interface BackupResult {
  readonly file: string;
  readonly bytes: number;
  /** False if the operator provides the database. */
  readonly hasDatabase: boolean;
  readonly hasMasterKey: boolean;
}

export interface HarnessInfo {
  readonly name: string;
  readonly displayName: string;
  readonly version: string;
  readonly defaultModel: string;
  readonly isInstalled: boolean;
  /** True if it was installed from other package versions than this release pins. */
  readonly isOutdated?: true;
  /** The reason why it cannot start here, and how to fix it. */
  readonly missing?: string;
  /** A message that this machine's settings have no key for it, with the remedy. */
  readonly missingKey?: string;
  /** True for a program of the machine that Tembo does not install. */
  readonly isProgram?: true;
}

export interface Doctor {
  runDoctor(env: NodeJS.ProcessEnv): Promise<{
    readonly checks: readonly DoctorCheck[];
    /** The running server whose settings were checked, or null if those of this shell were checked. */
    readonly server: { readonly pid: number; readonly url: string } | null;
  }>;
}

export interface DoctorCheck {
  readonly name: string;
  readonly ok: boolean;
  /** True if nothing runs without it. The failure of any other check is only a hint. */
  readonly isRequired: boolean;
  readonly detail: string;
  /** The fix, or null if no action is needed. */
  readonly fix: string | null;
}

/** The harness drivers of this installation, for recordings of earlier ones. */
export interface Replay {
  /** Replays the records of a single recording. Throws like the driver if the harness failed. */
  replayRecording(records: readonly WireRecord[]): AsyncIterable<{ readonly type: string }>;
  /** Merges updates so that their timing makes no difference, and omits notices. */
  collapseUpdates(updates: readonly { readonly type: string }[]): { readonly type: string }[];
}

// Specifiers in variables, so that the command is checked against the interfaces above, not against the server's own
// types.
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
