import type { Duplex, Readable, Writable } from "node:stream";

/**
 * Opens isolated environments for programs. One implementation is chosen at start. Nothing here speaks of the computer that runs the
 * programs: an implementation may share a disk with the server, or be reached over a connection.
 */
export interface SandboxProvider {
  /** As the operator names it in TEMBO_SANDBOX. */
  readonly name: string;
  /** Proves that a sandbox works here, by running a program in one. Throws `sandbox_unavailable` with the fix otherwise. */
  check(): Promise<void>;
  /**
   * Opens a sandbox over a workspace, which is made when it is missing, and ends what an earlier process left running in it.
   * Throws `sandbox_unavailable`.
   */
  create(spec: SandboxSpec): Promise<Sandbox>;
  /** Ends what an earlier process left running in a session's sandbox, and removes its forwarded sockets. Idempotent. */
  clear(sessionId: string): Promise<void>;
}

/** Names a session's workspace and HOME. Only their keeper knows where it keeps them. */
export interface WorkspaceHandle {
  readonly sessionId: string;
  /** Each session has a number of its own. */
  readonly sessionNumber: number;
}

export interface SandboxSpec {
  readonly workspace: WorkspaceHandle;
  /** Absolute, as programs see them: harnesses and mirrors that the server provides, read-only. Missing ones are refused. */
  readonly readOnlyPaths: readonly string[];
  /** Plan mode: nothing in the workspace can be changed. */
  readonly isWorkspaceReadOnly: boolean;
  readonly limits: SandboxLimits;
  /** Inside, git reaches each `url` through the forwarded socket `git` at `path`, whoever calls it and whatever its environment. */
  readonly gitRoutes: readonly { readonly url: string; readonly path: string }[];
  /** PEM of an authority that programs inside trust beside the system's own; null for none. */
  readonly trustedCertificate: string | null;
}

/** Limits on all programs of the sandbox together. */
export interface SandboxLimits {
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly processes: number;
  /** Workspace and HOME together. */
  readonly diskBytes: number;
  readonly files: number;
}

/** The only ways out of a sandbox. Each appears at a fixed loopback port inside. */
export type ForwardName = "model" | "egress" | "git" | "tools";

/** A way out. Connections are refused inside while it has no listener. */
export interface ForwardedSocket {
  /**
   * Hands over each connection that a program inside opens, until the listener is closed. A later listener replaces an
   * earlier one. Throws `unavailable`.
   */
  readonly listen: (onConnection: (connection: ForwardedConnection) => void) => Promise<ForwardListener>;
}

export interface ForwardListener {
  /** Accepts no more connections. Those that were handed over go on. Idempotent. */
  close(): Promise<void>;
}

/** Bytes of a program inside. Either side may end before the other. */
export interface ForwardedConnection extends Duplex {
  /** Calls back when no byte has passed for `timeoutMs`; 0 turns this off. */
  setTimeout(timeoutMs: number, onTimeout?: () => void): this;
  /** Ends it once all that was written to it is sent. */
  destroySoon(): void;
}

/** Programs over one session's workspace. */
export interface Sandbox {
  /** Absolute path of the workspace as programs inside see it. */
  readonly workspacePath: string;
  readonly homePath: string;
  /** Loopback http URL at which programs inside reach the model gateway. */
  readonly modelUrl: string;
  /** The `tembo` program as programs inside start it, and the loopback http URL at which it finds the session's tools. */
  readonly tools: { readonly program: string; readonly url: string };
  /** A sentence for a person about the limits that were hit, which says what to change; null while none was. Known once a program has exited. */
  limitReached(): string | null;
  /**
   * Starts a program. `cwd` and `argv` use paths as seen inside. The environment is exactly `env` over HOME,
   * PATH, USER, LANG, TMPDIR, the address of the session's tools (`TEMBO_TOOLS_URL`), the egress proxy (`HTTPS_PROXY` and its kin,
   * `NODE_USE_ENV_PROXY`) and a trusted certificate (`SSL_CERT_FILE` and its kin). Aborting, or the end of the program itself, kills every
   * process it started. Throws `sandbox_unavailable` after `stop`.
   */
  spawn(command: SandboxCommand, signal: AbortSignal): SandboxProcess;
  /**
   * Starts a program as `spawn` does, on a pseudo terminal of its own, which is its controlling one. Where none can be made, the
   * output says why, and the program ends with 126 or 127.
   */
  openTerminal(command: SandboxCommand, size: TerminalSize, signal: AbortSignal): SandboxTerminal;
  forward(name: ForwardName): ForwardedSocket;
  /**
   * Reads a regular file of the workspace or HOME; null when there is none. `path` is absolute, as seen inside. No link out of the two
   * folders is followed. Throws `invalid_input` for a file larger than `maxBytes`.
   */
  readFile(path: string, maxBytes: number): Promise<Buffer | null>;
  /**
   * Returns a folder as a tar archive. A program inside writes it, so that the archive is as hostile as whatever runs there.
   * Reading throws `sandbox_unavailable` when the folder cannot be read to its end.
   */
  exportFolder(folder: SandboxFolder, signal: AbortSignal): AsyncIterable<Buffer>;
  /**
   * Replaces all that is in a folder by the content of a tar archive. A program inside unpacks it: a hostile archive reaches what that
   * program may write, and nothing else. Throws `sandbox_unavailable`.
   */
  importFolder(folder: SandboxFolder, archive: AsyncIterable<Buffer>, signal: AbortSignal): Promise<void>;
  /**
   * Stops every program where it is. The keeper of the workspace then has what they wrote, and may change it until `resume`. False when
   * a program still moves after ten seconds: the sandbox has to be stopped then.
   */
  pause(): Promise<boolean>;
  /** Lets the programs continue, with what the keeper of the workspace has changed. Nothing happens where they run already. */
  resume(): Promise<void>;
  /** Memory that its programs hold at the moment. */
  memoryBytes(): Promise<number>;
  /** Ends every process of the sandbox; the keeper of the workspace then has what they wrote. Idempotent. */
  stop(): Promise<void>;
}

/** What a session keeps between sandboxes. */
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
  /** Never rejects; `code` is null when a signal ended it. Resolves when no process of it is left. */
  readonly exited: Promise<{ readonly code: number | null; readonly signal: string | null }>;
}

export interface TerminalSize {
  readonly rows: number;
  readonly columns: number;
}

export interface SandboxTerminal {
  /** Types what a person typed. Returns how many bytes wait to be taken: whoever goes on while many wait has them kept in memory. */
  type(bytes: Uint8Array): number;
  /** Changes the size, which the program learns by SIGWINCH. Returns what `type` returns: it waits behind what was typed. */
  resize(size: TerminalSize): number;
  /** What the terminal shows, until the program has ended. The program waits while nobody reads on. */
  readonly output: AsyncIterable<Buffer>;
  readonly exited: SandboxProcess["exited"];
}
