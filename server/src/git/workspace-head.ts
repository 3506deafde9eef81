import { constants } from "node:fs";
import { copyFile, lstat, mkdir, open, readdir } from "node:fs/promises";
import { join } from "node:path";
import { give, type Owner } from "./write-repository.ts";

const objectName = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
const maxRefsBytes = 16 * 1024 * 1024;

/**
 * The commit a checkout stands at, read without git: its configuration would be obeyed. Null when there is none or the
 * repository is in no shape we know. Symbolic links are never followed.
 */
export async function readWorkspaceHead(gitDir: string): Promise<string | null> {
  if (!(await isRealDirectory(gitDir))) return null;
  const head = (await readRegular(join(gitDir, "HEAD"), 4096))?.trim() ?? "";
  if (objectName.test(head)) return head;
  const ref = /^ref: *(refs\/heads\/[^\0\s]+)$/.exec(head)?.[1];
  if (!ref || ref.split("/").some((step) => step === "" || step === "." || step === "..")) return null;
  const steps = ref.split("/");
  for (let depth = 1; depth < steps.length; depth++)
    if (!(await isRealDirectory(join(gitDir, ...steps.slice(0, depth))))) return packedRef(gitDir, ref);
  const loose = (await readRegular(join(gitDir, ref), 4096))?.trim() ?? "";
  return objectName.test(loose) ? loose : packedRef(gitDir, ref);
}

/** Every one of these paths under `gitDir` is a folder, and no symbolic link. */
export async function areRealDirectories(gitDir: string, names: readonly string[]): Promise<boolean> {
  for (const name of names) if (!(await isRealDirectory(join(gitDir, name)))) return false;
  return true;
}

/**
 * Copies the objects a checkout holds itself, by name and only regular files: not what its alternates or links point at.
 * They are as hostile as before; whoever reads them checks them.
 */
export async function copyWorkspaceObjects(gitDir: string, to: string, owner: Owner): Promise<void> {
  const from = join(gitDir, "objects");
  if (!(await areRealDirectories(gitDir, ["", "objects"]))) return;
  for (const directory of await readdir(from)) {
    const isPack = directory === "pack";
    if (!isPack && !/^[0-9a-f]{2}$/.test(directory)) continue;
    if (!(await isRealDirectory(join(from, directory)))) continue;
    const wanted = isPack ? /^pack-[0-9a-f]{40,64}\.(?:pack|idx)$/ : /^(?:[0-9a-f]{38}|[0-9a-f]{62})$/;
    const target = join(to, directory);
    await mkdir(target, { recursive: true });
    give(target, owner);
    for (const name of await readdir(join(from, directory)))
      if (wanted.test(name)) await copyRegular(join(from, directory, name), join(target, name), owner);
  }
}

async function copyRegular(from: string, to: string, owner: Owner): Promise<void> {
  const file = await openRegular(from);
  if (!file) return;
  try {
    // By descriptor: what was checked is what is copied, whatever the name means by now.
    await copyFile(`/proc/self/fd/${file.fd}`, to, constants.COPYFILE_FICLONE);
  } finally {
    await file.close();
  }
  give(to, owner);
}

async function packedRef(gitDir: string, ref: string): Promise<string | null> {
  const text = (await readRegular(join(gitDir, "packed-refs"), maxRefsBytes)) ?? "";
  for (const line of text.split("\n")) {
    const [sha, name] = line.split(" ");
    if (name === ref && objectName.test(sha!)) return sha!;
  }
  return null;
}

async function readRegular(path: string, maxBytes: number): Promise<string | null> {
  const file = await openRegular(path);
  if (!file) return null;
  try {
    const { size } = await file.stat();
    if (size > maxBytes) return null;
    return await file.readFile("utf8");
  } finally {
    await file.close();
  }
}

async function openRegular(path: string) {
  try {
    // Not blocking, since it may be a pipe.
    const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    if ((await file.stat()).isFile()) return file;
    await file.close();
    return null;
  } catch (cause) {
    if (["ENOENT", "ELOOP", "ENOTDIR", "EACCES", "ENXIO"].includes((cause as NodeJS.ErrnoException).code!))
      return null;
    throw cause;
  }
}

async function isRealDirectory(path: string): Promise<boolean> {
  return lstat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
