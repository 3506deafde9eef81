import type { Duplex, Readable, Writable } from "node:stream";
import type { LayerDigest } from "../layer/layers.ts";
import type { Omissions } from "./omissions.ts";

/**
 * Opens isolated environments for programs. The server selects one implementation at startup. The port makes no
 * assumptions about the machine that runs the programs: it may share a disk with the server, or be reachable only over
 * a connection.
 */
export interface SandboxProvider {
  /** Value of the setting TEMBO_SANDBOX that selects this provider. */
  readonly name: string;
  /**
   * True if the folders of a running sandbox can be renamed on this machine, so that its workspace becomes that of a
   * session.
   */
  readonly movesWorkspaces?: boolean;
  /**
   * Verifies that sandboxes work on this server by running a program in one. Throws `sandbox_unavailable`, with a fix,
   * if they do not.
   */
  check(): Promise<void>;
  /**
   * Opens a sandbox with a workspace. Creates the workspace if it is missing, and terminates programs that an earlier
   * process left running in it. Throws `sandbox_unavailable` if the sandbox cannot be opened.
   */
  create(spec: SandboxSpec): Promise<Sandbox>;
  /**
   * Terminates programs that an earlier process left running in a session's sandbox, and removes its forwarded sockets.
   * Idempotent.
   */
  clear(sessionId: string): Promise<void>;
}

/** Identifies a session's workspace and HOME. Only the adapter that stores these folders knows their paths. */
export interface WorkspaceHandle {
  readonly sessionId: string;
  /** Session number, unique in the installation. */
  readonly sessionNumber: number;
}

export interface SandboxSpec {
  readonly workspace: WorkspaceHandle;
  /**
   * Absolute paths, as seen by programs, of harnesses and mirrors that the server provides read-only. `create` throws
   * `sandbox_unavailable` if one of them is missing or not absolute.
   */
  readonly readOnlyPaths: readonly string[];
  /** True in plan mode, in which programs cannot change the workspace. */
  readonly isWorkspaceReadOnly: boolean;
  readonly limits: SandboxLimits;
  /**
   * Inside the sandbox, git sends requests for each `url` to `path` on the forwarded socket `git`, regardless of the
   * program that calls git and its environment.
   */
  readonly gitRoutes: readonly { readonly url: string; readonly path: string }[];
  /** PEM certificate of an authority that programs inside trust in addition to the system's authorities, or null. */
  readonly trustedCertificate: string | null;
  /**
   * System that the programs see, or null for the programs of the machine itself. `create` throws `sandbox_unavailable` if this sandbox
   * cannot run it, `not_found` if a layer is missing, and `layer_broken` if one is damaged.
   */
  readonly system: SandboxSystem | BuilderSystem | null;
}

/** Prepared system of a sandbox. What programs change in it is kept for the session's next sandbox with the same layers and profile. */
export interface SandboxSystem {
  /** Layers of the root file system, lowest first. */
  readonly layers: readonly [LayerDigest, ...LayerDigest[]];
  /**
   * User of the programs. `user` has one ID and no capabilities, and cannot change files of the layers if the server is root. `root` is root
   * over 65,536 IDs inside, with no rights outside.
   */
  readonly profile: SystemProfile;
  /**
   * True if programs can run containers, for which profile `root` has additional rights inside. Containers share the sandbox's
   * loopback interface. Their images are kept with the changes. Defaults to false.
   */
  readonly allowsContainers?: boolean;
  /** Variables of the image and of its dev shells. The sandbox's own variables override them, but PATH is extended. */
  readonly env: Readonly<Record<string, string>>;
}

export type SystemProfile = "user" | "root";

/**
 * The machine's own programs, for a sandbox that only builds images. They run as root over 65,536 IDs inside, and can
 * also show a folder at a second path. No program of a session runs in such a sandbox.
 */
export interface BuilderSystem {
  readonly profile: "builder";
}

/** Limits for all programs of the sandbox together. */
export interface SandboxLimits {
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly processes: number;
  /** Maximum total size of the workspace and HOME. */
  readonly diskBytes: number;
  readonly files: number;
}

/** Name of a forward. Forwards are the only network access of a sandbox. Each has a fixed loopback port inside. */
export type ForwardName = "model" | "egress" | "git" | "tools";

/** Socket of one forward. While it has no listener, it refuses connections from inside. */
export interface ForwardedSocket {
  /**
   * Passes each connection that a program inside opens to `onConnection`, until the listener is closed. A later
   * listener replaces an earlier listener. Throws `unavailable` if the socket cannot be created.
   */
  readonly listen: (onConnection: (connection: ForwardedConnection) => void) => Promise<ForwardListener>;
}

export interface ForwardListener {
  /** Stops accepting connections. Connections that `onConnection` has received remain open. Idempotent. */
  close(): Promise<void>;
}

/** Byte stream to a program inside. Either direction may end before the other. */
export interface ForwardedConnection extends Duplex {
  /** Calls `onTimeout` if no data is transferred for `timeoutMs`. 0 disables the timeout. */
  setTimeout(timeoutMs: number, onTimeout?: () => void): this;
  /** Closes the connection after all written bytes have been sent. */
  destroySoon(): void;
}

/** A running environment for programs, with one session's workspace. */
export interface Sandbox {
  /** Absolute path of the workspace inside the sandbox. */
  readonly workspacePath: string;
  readonly homePath: string;
  /** Loopback HTTP URL at which programs inside reach the model gateway. */
  readonly modelUrl: string;
  /** Path of the `tembo` program inside, and the loopback HTTP URL at which it reaches the session's tools. */
  readonly tools: { readonly program: string; readonly url: string };
  /**
   * Returns a message for users about the limits that were reached and how to change them, or null if none was reached.
   * The result is reliable once a program has exited.
   */
  limitReached(): string | null;
  /**
   * Starts a program. `cwd` and `argv` use paths inside the sandbox. The environment contains only `env` and these
   * variables, which `env` can override:
   * - HOME, PATH, USER, LANG, TMPDIR
   * - `TEMBO_TOOLS_URL`, the URL of the session's tools
   * - `HTTPS_PROXY` and related variables for the egress proxy, and `NODE_USE_ENV_PROXY`
   * - `SSL_CERT_FILE` and related variables for a trusted certificate
   *
   * All programs of a sandbox share its processes, loopback ports and /tmp. When the signal aborts or the program exits,
   * all processes that it started are killed, and other programs continue. Throws `sandbox_unavailable` if the program
   * cannot be started, for example after `stop`.
   */
  spawn(command: SandboxCommand, signal: AbortSignal): SandboxProcess;
  /**
   * Starts a program in the same way as `spawn`, with a new pseudoterminal as its controlling terminal. If no
   * pseudoterminal can be created, the output explains why and the exit code is 126 or 127.
   */
  openTerminal(command: SandboxCommand, size: TerminalSize, signal: AbortSignal): SandboxTerminal;
  forward(name: ForwardName): ForwardedSocket;
  /**
   * Connects to a TCP port on the sandbox's loopback interface, over IPv4 or IPv6. The connection remains open until one
   * side closes it; `signal` only aborts the wait for it. Throws `unavailable` if nothing accepts the connection within
   * ten seconds or the port belongs to a forward, `invalid_input` if the number is not a port, and `sandbox_unavailable`
   * after `stop`.
   */
  connect(port: number, signal: AbortSignal): Promise<ForwardedConnection>;
  /**
   * Reads a regular file in the workspace or HOME. Returns null if the file does not exist or is elsewhere. `path` is
   * an absolute path inside the sandbox. Does not follow links that point outside the two folders. Throws
   * `invalid_input` if the file is larger than `maxBytes`.
   */
  readFile(path: string, maxBytes: number): Promise<Buffer | null>;
  /**
   * Returns a folder as a tar archive. A program inside writes the archive, so it may be hostile. Leaves out `omissions`,
   * and files that this program cannot read. Throws `sandbox_unavailable` if the archive remains incomplete.
   */
  exportFolder(folder: SandboxFolder, signal: AbortSignal, omissions?: Omissions): AsyncIterable<Buffer>;
  /**
   * Replaces a folder's content with the content of a tar archive. A program inside unpacks the archive, so a hostile
   * archive can only write where that program can. With the priority `idle`, other programs of the machine come first.
   * Throws `sandbox_unavailable` if the archive cannot be unpacked, or rethrows the error of `archive`.
   */
  importFolder(
    folder: SandboxFolder,
    archive: AsyncIterable<Buffer>,
    signal: AbortSignal,
    priority?: ImportPriority,
  ): Promise<void>;
  /**
   * Pauses every program. Until `resume`, the store of the workspace contains everything that the programs wrote, and
   * may be changed. Returns false if a program is still running after ten seconds. The caller must then stop the
   * sandbox.
   */
  pause(): Promise<boolean>;
  /**
   * Resumes the programs, which then see changes made in the store of the workspace. Has no effect if they are already
   * running.
   */
  resume(): Promise<void>;
  /** Returns the memory in use by the sandbox's programs. */
  memoryBytes(): Promise<number>;
  /**
   * Terminates every process of the sandbox. The store of the workspace then contains everything that the processes
   * wrote. Idempotent.
   */
  stop(): Promise<void>;
}

/** Folder that a session keeps between sandboxes. */
export type SandboxFolder = "workspace" | "home";

export type ImportPriority = "normal" | "idle";

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
   * Resolves when all processes of the program have exited and the server has received their output, except what waits
   * for a reader. Never rejects. `code` is null if a signal terminated the program.
   */
  readonly exited: Promise<{ readonly code: number | null; readonly signal: string | null }>;
}

export interface TerminalSize {
  readonly rows: number;
  readonly columns: number;
}

export interface SandboxTerminal {
  /**
   * Sends input to the terminal. Returns the number of bytes that the program has not read yet. These bytes remain in
   * memory, so a caller should wait while there are many.
   */
  type(bytes: Uint8Array): number;
  /** Resizes the terminal after the queued input. The program receives SIGWINCH. Returns the same count as `type`. */
  resize(size: TerminalSize): number;
  /** Output of the terminal until the program has exited. The program blocks while no consumer reads it. */
  readonly output: AsyncIterable<Buffer>;
  readonly exited: SandboxProcess["exited"];
}
