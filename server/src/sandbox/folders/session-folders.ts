import { join } from "node:path";
import { paths } from "../../core/base/index.ts";
import type { SandboxSpec, WorkspaceHandle } from "../../core/turns/index.ts";

/** Folders on this machine for a session's workspace. */
export interface SessionFolders {
  readonly workspacePath: string;
  readonly homePath: string;
  /** Folder for files that the sandbox mounts, and for records of its processes. */
  readonly ownPath: string;
  readonly socketsPath: string;
}

export function sessionFolders(
  dataDir: string,
  { sessionId }: Pick<WorkspaceHandle, "sessionId">,
): SessionFolders {
  return {
    workspacePath: paths.workspace(dataDir, sessionId),
    homePath: paths.home(dataDir, sessionId),
    ownPath: join(paths.session(dataDir, sessionId), "sandbox"),
    socketsPath: paths.sockets(dataDir, sessionId),
  };
}

/** Specification of a sandbox, with its folders on this machine. */
export type LocalSpec = SandboxSpec & SessionFolders;

export function localSpec(dataDir: string, spec: SandboxSpec): LocalSpec {
  return { ...spec, ...sessionFolders(dataDir, spec.workspace) };
}
