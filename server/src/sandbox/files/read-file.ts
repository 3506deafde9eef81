import type { Sandbox } from "../../core/turns/index.ts";
import type { SessionFolders } from "../folders/session-folders.ts";
import { workspaceFiles } from "../workspace-files.ts";

/** Implements `Sandbox.readFile` for files on this machine. */
export async function readFile(
  { workspacePath, homePath }: Pick<Sandbox, "workspacePath" | "homePath">,
  kept: Pick<SessionFolders, "workspacePath" | "homePath">,
  path: string,
  maxBytes: number,
): Promise<Buffer | null> {
  for (const [inside, root] of [
    [workspacePath, kept.workspacePath],
    [homePath, kept.homePath],
  ] as const) {
    if (path.startsWith(`${inside}/`))
      return workspaceFiles.readBytes(root, path.slice(inside.length + 1), maxBytes);
  }
  return null;
}
