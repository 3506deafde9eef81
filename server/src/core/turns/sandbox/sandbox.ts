import type { Readable, Writable } from "node:stream";

/** Makes isolated machines. One implementation is chosen at start. */
export interface SandboxProvider {
  /** As the operator names it in TEMBO_SANDBOX. */
  readonly name: string;
  /** Proves that a sandbox runs here, by running one. Throws `sandbox_unavailable` with the mend otherwise. */
  check(): Promise<void>;
  /**
   * Readies the folders of a session (made when missing, owned by the sandbox's user) and ends
   * whatever an earlier process left running in it. Throws `sandbox_unavailable`.
   */
  create(spec: SandboxSpec): Promise<Sandbox>;
  /**
   * Makes the folders of a session when they are missing, and ends what an earlier process left running, without opening a sandbox:
   * its files can be worked on from outside. Gives the user they belong to.
   */
  readyFolders(place: SandboxPlace): Promise<{ readonly uid: number; readonly gid: number }>;
  /** Ends what an earlier process left running in a session's sandbox, and removes its doors. */
  clear(sessionId: string): Promise<void>;
  /** The user that a session's files belong to. */
  ownerOf(sessionNumber: number): { readonly uid: number; readonly gid: number };
}

/** Where a session's files lie. All paths are absolute paths of the host. */
export interface SandboxPlace {
  readonly sessionId: string;
  /** The session's number: each has a user id of its own, taken from a configured range. */
  readonly sessionNumber: number;
  /** Writable: the checked-out repositories. Seen as `Sandbox.workspacePath` inside. */
  readonly workspacePath: string;
  /** Writable: HOME, kept for the life of the session. */
  readonly homePath: string;
}

export interface SandboxSpec extends SandboxPlace {
  /** Readable inside under the same path; missing ones are refused. */
  readonly readOnlyPaths: readonly string[];
  /** Plan mode: nothing in the workspace can be changed. */
  readonly isWorkspaceReadOnly: boolean;
  readonly limits: SandboxLimits;
  readonly doors: SandboxDoors;
  /** Inside, git reaches each `url` through the git door at `path`, whoever calls it and whatever its environment. */
  readonly gitRoutes: readonly { readonly url: string; readonly path: string }[];
  /** PEM of an authority that programs inside trust beside the system's own; null for none. */
  readonly trustedCertificate: string | null;
}

/** Unix sockets of the host: the only ways out. One that is not open yet is refused inside until it is. */
export interface SandboxDoors {
  readonly model: string;
  readonly egress: string;
  readonly git: string;
  readonly tools: string;
}

/** What all programs of the sandbox may take together. */
export interface SandboxLimits {
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly processes: number;
  /** Of the workspace and HOME together. */
  readonly diskBytes: number;
  readonly files: number;
}

/** An isolated machine that holds one session's workspace. */
export interface Sandbox {
  /** The workspace as programs inside see it. */
  readonly workspacePath: string;
  readonly homePath: string;
  /** Where programs inside reach the model gateway: a loopback http URL. */
  readonly modelUrl: string;
  /** The `tembo` program as programs inside start it, and where it finds the tools of the session: a loopback http URL. */
  readonly tools: { readonly program: string; readonly url: string };
  /** What of the limits was hit, as a sentence for a person that says what to change; null while nothing was. */
  limitReached(): string | null;
  /** The user that the workspace's files belong to. */
  readonly uid: number;
  readonly gid: number;
  /**
   * Starts a program. `cwd` and `argv` use paths as seen inside. The environment is exactly `env` over HOME,
   * PATH, USER, LANG, TMPDIR, what leads `tembo` to the session's tools (`TEMBO_TOOLS_URL`), and what leads programs to the egress door (`HTTPS_PROXY` and its kin, `NODE_USE_ENV_PROXY`) and to a
   * trusted certificate (`SSL_CERT_FILE` and its kin). Aborting, or the end of the program itself, kills every process it started.
   */
  spawn(command: SandboxCommand, signal: AbortSignal): SandboxProcess;
  /**
   * Starts a program as `spawn` does, on a pseudo terminal of its own, which is its controlling one. Where none can be made, what is
   * shown says why, and it ends with 126 or 127.
   */
  openTerminal(command: SandboxCommand, size: TerminalSize, signal: AbortSignal): SandboxTerminal;
  /**
   * Holds every program where it is, so that the host may work on the workspace's files meanwhile. False when one does not stand
   * still within ten seconds: the sandbox is to be stopped then.
   */
  pause(): Promise<boolean>;
  /** Lets them go on; nothing happens where they do. */
  resume(): void;
  /** What its programs hold in memory at the moment. */
  memoryBytes(): number;
  /** Gives the files at these paths of the host (recursively) to the sandbox's user. */
  own(path: string): Promise<void>;
  /** Ends every process of the sandbox. Idempotent: stopping a stopped sandbox succeeds. */
  stop(): Promise<void>;
}

export interface SandboxCommand {
  readonly argv: readonly [string, ...string[]];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

export interface SandboxProcess {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Never rejects; `code` is null when a signal ended it. Resolves when no process of it is left. */
  readonly exited: Promise<{ readonly code: number | null; readonly signal: string | null }>;
}

export interface TerminalSize {
  readonly rows: number;
  readonly columns: number;
}

export interface SandboxTerminal {
  /** What a person types. Gives how many bytes wait to be taken: who goes on while many do has them kept in memory. */
  type(bytes: Uint8Array): number;
  /** The program is told of it (SIGWINCH). Gives what `type` gives: it waits behind what was typed. */
  resize(size: TerminalSize): number;
  /** What the terminal shows, until the program has ended. The program waits while nobody reads on. */
  readonly output: AsyncIterable<Buffer>;
  readonly exited: SandboxProcess["exited"];
}
