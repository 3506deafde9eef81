import { chmod, lchown, mkdir } from "node:fs/promises";
import { explainFailedChown } from "../../core/base/index.ts";
import type { SessionFolders } from "./session-folders.ts";

/** Creates the folders of a session that belong to its user. */
export async function makeOwnFolders(
  { workspacePath, homePath }: Pick<SessionFolders, "workspacePath" | "homePath">,
  { uid, gid }: { readonly uid: number; readonly gid: number },
): Promise<void> {
  await makePrivateFolder(workspacePath, uid, gid);
  await makePrivateFolder(homePath, uid, gid);
}

/** Creates a folder if it is missing, and gives only one user access to it. Does not change the ownership of its contents. */
async function makePrivateFolder(path: string, uid: number, gid: number): Promise<void> {
  await makeFolder(path);
  await chmod(path, 0o700);
  if (process.getuid?.() !== 0) return;
  await lchown(path, uid, gid).catch((cause: unknown) => {
    throw explainFailedChown(uid, cause);
  });
}

/** Creates a folder and its missing parents. Other users can traverse the created folders, but not list them. */
export async function makeFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o711 });
}
