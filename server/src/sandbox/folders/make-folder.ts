import { chmod, lchown, mkdir } from "node:fs/promises";
import { AppError } from "../../core/base/index.ts";
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
  if (process.getuid?.() === 0) await own(path, uid, gid);
}

/** Changes the owner. Throws `sandbox_unavailable` if this process is in a user namespace that does not have the user ID. */
async function own(path: string, uid: number, gid: number): Promise<void> {
  try {
    await lchown(path, uid, gid);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "EINVAL") throw cause;
    const message = `This container has no user ID ${uid}, because its user namespace has too few. Give it more IDs, or lower TEMBO_SANDBOX_UID_BASE.`;
    throw new AppError("sandbox_unavailable", message, { cause });
  }
}

/** Creates a folder and its missing parents. Other users can traverse the created folders, but not list them. */
export async function makeFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o711 });
}
