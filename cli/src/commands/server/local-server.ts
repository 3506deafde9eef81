import type { WireRecord } from "@tembo-io/sdk";

/** What the command needs of `@tembo/server`; loaded only by the commands that run on this machine, since it is large. */
export interface LocalServer {
  /** API and worker in one process. Each of the three resolves after a clean stop. */
  runStart(env: NodeJS.ProcessEnv): Promise<void>;
  runServer(env: NodeJS.ProcessEnv): Promise<void>;
  runWorker(env: NodeJS.ProcessEnv): Promise<void>;
  /** Writes the data folder to one file; the server may run. */
  runBackup(
    env: NodeJS.ProcessEnv,
    options: { readonly file: string; readonly withMasterKey: boolean },
  ): Promise<BackupResult>;
  /** Unpacks such a file into the data folder, which must be empty. */
  runRestore(env: NodeJS.ProcessEnv, options: { readonly file: string }): Promise<BackupResult>;
  listHarnesses(env: NodeJS.ProcessEnv): Promise<readonly HarnessInfo[]>;
  installHarness(
    env: NodeJS.ProcessEnv,
    name: string,
    onProgress: (line: string) => void,
    signal: AbortSignal,
  ): Promise<void>;
  /** Wraps every stored secret by a new master key; an earlier rotation that was cut off is finished instead. */
  rotateMaster(env: NodeJS.ProcessEnv): Promise<{ readonly rewrapped: number; readonly isResumed: boolean }>;
}

export interface BackupResult {
  readonly file: string;
  readonly bytes: number;
  /** False where the database is the operator's own. */
  readonly hasDatabase: boolean;
  readonly hasMasterKey: boolean;
}

export interface HarnessInfo {
  readonly name: string;
  readonly displayName: string;
  readonly version: string;
  readonly defaultModel: string;
  readonly isInstalled: boolean;
  /** Installed from packages that this version pins otherwise. */
  readonly isOutdated?: true;
  /** Why it cannot be started here and what to do about it. */
  readonly missing?: string;
  /** That the machine's own settings have no key for it, and what to do about it. */
  readonly missingKey?: string;
  /** A program of the machine, which Tembo does not install. */
  readonly isProgram?: true;
}

export interface Doctor {
  runDoctor(env: NodeJS.ProcessEnv): Promise<{
    readonly checks: readonly DoctorCheck[];
    /** The server that runs here and whose settings were checked; null when this shell's own were. */
    readonly server: { readonly pid: number; readonly url: string } | null;
  }>;
}

export interface DoctorCheck {
  readonly name: string;
  readonly ok: boolean;
  /** Without it nothing runs; another check that fails is only a hint. */
  readonly isRequired: boolean;
  readonly detail: string;
  /** How to fix it; null when nothing has to be done. */
  readonly fix: string | null;
}

/** The driver of this installation, on what an earlier one recorded. */
export interface Replay {
  /** `records` are of one recording. Throws as the driver does when the harness failed. */
  replayRecording(records: readonly WireRecord[]): AsyncIterable<{ readonly type: string }>;
  /** The same story however quickly it was told, without notices. */
  collapseUpdates(updates: readonly { readonly type: string }[]): { readonly type: string }[];
}

// Specifiers in variables: the command is held to the interfaces above, not to the server's own types.
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
