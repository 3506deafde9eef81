import type { Duplex, Readable, Writable } from "node:stream";

/**
 * Opens isolated environments for programs. One implementation is chosen at start. The port assumes nothing about the
 * computer that runs the programs: an implementation may share a disk with the server or be reached over a
 * connection.
 */
export interface SandboxProvider {
  /** Name that the operator uses in TEMBO_SANDBOX. */
  readonly name: string;
  /**
   * Verifies that sandboxes work on this server by running a program in one. Throws `sandbox_unavailable` with the
   * fix if not.
   */
  check(): Promise<void>;
  /**
   * Opens a sandbox over a workspace, creates the workspace if it is missing, and ends programs that an earlier
   * process left running in it. Throws `sandbox_unavailable`.
   */
  create(spec: SandboxSpec): Promise<Sandbox>;
  /**
   * Ends programs that an earlier process left running in a session's sandbox, and removes its forwarded sockets.
   * Idempotent.
   */
  clear(sessionId: string): Promise<void>;
}

/** Identifies a session's workspace and HOME. Only the adapter that stores these folders knows their paths. */
export interface WorkspaceHandle {
  readonly sessionId: string;
  /** Number of the session, unique to it. */
  readonly sessionNumber: number;
}

export interface SandboxSpec {
  readonly workspace: WorkspaceHandle;
  /**
   * Absolute read-only paths, as programs see them, of harnesses and mirrors that the server provides. Missing paths
   * are rejected.
   */
  readonly readOnlyPaths: readonly string[];
  /** True in plan mode: nothing in the workspace can be changed. */
  readonly isWorkspaceReadOnly: boolean;
  readonly limits: SandboxLimits;
  /**
   * Inside the sandbox, git reaches each `url` through the forwarded socket `git` at `path`, regardless of the
   * calling program and its environment.
   */
  readonly gitRoutes: readonly { readonly url: string; readonly path: string }[];
  /** PEM certificate of an authority that programs inside trust in addition to the system's own, or null. */
  readonly trustedCertificate: string | null;
}

/** Limits on all programs of the sandbox together. */
export interface SandboxLimits {
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly processes: number;
  /** Total size of workspace and HOME. */
  readonly diskBytes: number;
  readonly files: number;
}

/** The only network access of a sandbox. Each forward has a fixed loopback port inside. */
export type ForwardName = "model" | "egress" | "git" | "tools";

/** Socket of one forward. Connections from inside are refused while it has no listener. */
export interface ForwardedSocket {
  /**
   * Passes each connection that a program inside opens to `onConnection`, until the listener is closed. A later
   * listener replaces an earlier one. Throws `unavailable`.
   */
  readonly listen: (onConnection: (connection: ForwardedConnection) => void) => Promise<ForwardListener>;
}

export interface ForwardListener {
  /** Stops accepting connections. Connections that were already passed on stay open. Idempotent. */
  close(): Promise<void>;
}

/** Byte stream of a program inside. Either side may end before the other. */
export interface ForwardedConnection extends Duplex {
  /** Calls `onTimeout` if no byte passes for `timeoutMs`; 0 disables the timeout. */
  setTimeout(timeoutMs: number, onTimeout?: () => void): this;
  /** Ends the connection after all written bytes have been sent. */
  destroySoon(): void;
}

/** A running environment for programs over one session's workspace. */
export interface Sandbox {
  /** Absolute path of the workspace as programs inside see it. */
  readonly workspacePath: string;
  readonly homePath: string;
  /** Loopback HTTP URL at which programs inside reach the model gateway. */
  readonly modelUrl: string;
  /** Path of the `tembo` program inside, and the loopback HTTP URL at which it reaches the session's tools. */
  readonly tools: { readonly program: string; readonly url: string };
  /**
   * Returns a user-facing message that names the limits that were reached and how to change them, or null if none was
   * reached. Reliable once a program has exited.
   */
  limitReached(): string | null;
  /**
   * Starts a program. `cwd` and `argv` use paths as seen inside. The environment is `env` over these variables, and
   * nothing else:
   * - HOME, PATH, USER, LANG, TMPDIR
   * - `TEMBO_TOOLS_URL`, the address of the session's tools
   * - `HTTPS_PROXY` and related variables for the egress proxy, and `NODE_USE_ENV_PROXY`
   * - `SSL_CERT_FILE` and related variables for a trusted certificate
   *
   * Aborting the signal, or the end of the program itself, kills every process that the program started. Throws
   * `sandbox_unavailable` after `stop`.
   */
  spawn(command: SandboxCommand, signal: AbortSignal): SandboxProcess;
  /**
   * Starts a program like `spawn`, with a new pseudoterminal as its controlling terminal. If no pseudoterminal can be
   * created, the output explains why and the program exits with 126 or 127.
   */
  openTerminal(command: SandboxCommand, size: TerminalSize, signal: AbortSignal): SandboxTerminal;
  forward(name: ForwardName): ForwardedSocket;
  /**
   * Reads a regular file of the workspace or HOME. Returns null if there is no such file. `path` is absolute, as seen
   * inside. Does not follow links that lead out of the two folders. Throws `invalid_input` if the file is larger than
   * `maxBytes`.
   */
  readFile(path: string, maxBytes: number): Promise<Buffer | null>;
  /**
   * Returns a folder as a tar archive. A program inside writes it, so the archive is as hostile as any program there.
   * Reading throws `sandbox_unavailable` if the folder cannot be read to its end.
   */
  exportFolder(folder: SandboxFolder, signal: AbortSignal): AsyncIterable<Buffer>;
  /**
   * Replaces the content of a folder with that of a tar archive. A program inside unpacks it, so a hostile archive
   * reaches only what that program may write. Throws `sandbox_unavailable`.
   */
  importFolder(folder: SandboxFolder, archive: AsyncIterable<Buffer>, signal: AbortSignal): Promise<void>;
  /**
   * Pauses every program. Until `resume`, the workspace's store has everything that the programs wrote and may
   * change it. Returns false if a program still runs after ten seconds; the caller must then stop the sandbox.
   */
  pause(): Promise<boolean>;
  /**
   * Resumes the programs, which then see the changes made in the workspace's store. Has no effect if they already run.
   */
  resume(): Promise<void>;
  /** Returns the memory in use by the sandbox's programs. */
  memoryBytes(): Promise<number>;
  /**
   * Ends every process of the sandbox. The workspace's store then has everything that the processes wrote.
   * Idempotent.
   */
  stop(): Promise<void>;
}

/** Folder that a session keeps between sandboxes. */
export type SandboxFolder = "workspace" | "home";

export interface SandboxCommand {
  readonly argv: readonly [string, ...string[]];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

export interface SandboxProcess {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /**
   * Resolves when no process of the program is left, and never rejects. `code` is null if a signal ended the program.
   */
  readonly exited: Promise<{ readonly code: number | null; readonly signal: string | null }>;
}

export interface TerminalSize {
  readonly rows: number;
  readonly columns: number;
}

export interface SandboxTerminal {
  /**
   * Sends input to the terminal. Returns the number of bytes that the program has not read yet. They stay in memory,
   * so a caller should wait while there are many.
   */
  type(bytes: Uint8Array): number;
  /**
   * Changes the size, which the program learns by SIGWINCH, after the input that is still queued. Returns the same
   * count as `type`.
   */
  resize(size: TerminalSize): number;
  /** Output of the terminal until the program has ended. The program blocks while no consumer reads. */
  readonly output: AsyncIterable<Buffer>;
  readonly exited: SandboxProcess["exited"];
}
