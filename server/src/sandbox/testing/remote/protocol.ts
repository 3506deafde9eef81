import type {
  ForwardName,
  Omissions,
  SandboxCommand,
  SandboxFolder,
  SandboxSpec,
} from "../../../core/turns/index.ts";

/** Protocol version that both sides must use. */
export const protocolVersion = 1;

interface InSandbox {
  readonly sandboxId: string;
}

/** Calls that a server makes, with their arguments. */
export interface AgentCalls {
  hello: { readonly version: number };
  check: object;
  clear: { readonly sessionId: string };
  /** Sets the contents that sandboxes see at a read-only path. The byte stream is a tar archive with one entry. */
  provide: { readonly path: string; readonly key: string };
  /** Makes this sandbox the session's current sandbox. An earlier sandbox that is not running can no longer be started or used. */
  open: InSandbox & { readonly spec: SandboxSpec };
  start: InSandbox;
  /** Resolves when the program ends. */
  spawn: InSandbox & { readonly programId: string; readonly command: SandboxCommand };
  kill: { readonly programId: string };
  listen: InSandbox & { readonly name: ForwardName; readonly listener: string };
  closeListener: { readonly listener: string };
  /** Resolves when the connection is established. The agent then opens the byte stream that carries it. */
  connect: InSandbox & { readonly port: number; readonly key: string };
  readFile: InSandbox & { readonly path: string; readonly maxBytes: number };
  exportFolder: InSandbox & {
    readonly folder: SandboxFolder;
    readonly omissions: Omissions;
    readonly key: string;
  };
  importFolder: InSandbox & { readonly folder: SandboxFolder; readonly key: string };
  /** Changes files while the programs are paused. */
  applyChanges: InSandbox & {
    readonly folder: SandboxFolder;
    readonly removedKey: string;
    readonly archiveKey: string;
  };
  pause: InSandbox;
  resume: InSandbox;
  memoryBytes: InSandbox;
  stop: InSandbox;
  close: InSandbox;
}

/** Paths and URLs inside the agent's sandbox. */
export interface Started {
  readonly workspacePath: string;
  readonly homePath: string;
  readonly modelUrl: string;
  readonly tools: { readonly program: string; readonly url: string };
}

/** Program result, and the sandbox limit that was reached before the program exited, or null if none was reached. */
export interface Ended {
  readonly exit: { readonly code: number | null; readonly signal: string | null };
  readonly limit: string | null;
}

export const stdinKey = (programId: string) => `stdin:${programId}`;
export const stdoutKey = (programId: string) => `stdout:${programId}`;
export const stderrKey = (programId: string) => `stderr:${programId}`;
