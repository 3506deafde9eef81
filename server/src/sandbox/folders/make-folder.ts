import { chmod, lchown, mkdir } from "node:fs/promises";
import type { SessionFolders } from "./session-folders.ts";

/** The folders of a session that are its user's own. */
export async function makeOwnFolders(
  { workspacePath, homePath }: Pick<SessionFolders, "workspacePath" | "homePath">,
  { uid, gid }: { readonly uid: number; readonly gid: number },
): Promise<void> {
  await makePrivateFolder(workspacePath, uid, gid);
  await makePrivateFolder(homePath, uid, gid);
}

/** A folder of one user alone, made when missing. Ownership of what is in it is not touched. */
async function makePrivateFolder(path: string, uid: number, gid: number): Promise<void> {
  await makeFolder(path);
  await chmod(path, 0o700);
  if (process.getuid?.() === 0) await lchown(path, uid, gid);
}

/** Those on the way are made for passing through only. */
export async function makeFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o711 });
}
