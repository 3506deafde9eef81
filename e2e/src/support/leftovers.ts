import { createHash } from "node:crypto";
import { lstat, readdir, readFile, readlink } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

/** The locations where a Tembo installation may leave something behind. */
export interface Premises {
  readonly dataDir: string;
  /** First user ID of the installation's sandboxes. */
  readonly uidBase: number;
}

const usersPerInstallation = 50_000;

/** Returns everything that is left behind, one line per item. The result must be empty while no turn runs. */
export async function leftoversOf({ dataDir, uidBase }: Premises): Promise<string[]> {
  const found = await Promise.all([
    sandboxProcesses(uidBase).then((names) => names.map((name) => `process: ${name}`)),
    controlGroups(dataDir),
    mounts(dataDir),
    sockets(dataDir),
    scratchFolders(dataDir),
    temporaryFiles(uidBase),
  ]);
  return found.flat().sort();
}

/** Returns the command lines of running processes that contain `text`, except this process. */
export async function processesWith(text: string): Promise<string[]> {
  const found: string[] = [];
  for (const pid of await processIds()) {
    if (pid === process.pid) continue;
    const commandLine = (await readIfThere(`/proc/${pid}/cmdline`)) ?? "";
    if (commandLine.includes(text)) found.push(commandLine.replaceAll("\0", " ").trim());
  }
  return found;
}

/** Returns the processes that run as a sandbox user. There must be none while no turn runs. */
export async function sandboxProcesses(uidBase: number): Promise<string[]> {
  const found: string[] = [];
  for (const pid of await processIds()) {
    const status = (await readIfThere(`/proc/${pid}/status`)) ?? "";
    const uid = Number(/^Uid:\s+(\d+)/m.exec(status)?.[1] ?? -1);
    // A zombie has exited, and its parent is about to reap it.
    const isZombie = /^State:\s+Z/m.test(status);
    if (!isZombie && isSandboxUser(uid, uidBase)) {
      const name = /^Name:\s+(.*)$/m.exec(status)?.[1] ?? "";
      found.push(`${name}, pid ${pid}, user ${uid}`);
    }
  }
  return found;
}

/**
 * Returns the name prefix of a data folder's control groups. The server's own control group does not have this prefix.
 */
export function controlGroupPrefix(dataDir: string): string {
  return `tembo-${createHash("sha256").update(dataDir).digest("hex").slice(0, 12)}.`;
}

async function controlGroups(dataDir: string): Promise<string[]> {
  const prefix = controlGroupPrefix(dataDir);
  return (await foldersBelow("/sys/fs/cgroup"))
    .filter((path) => path.split("/").some((name) => name.startsWith(prefix)))
    .map((path) => `control group: ${path}`);
}

/** Returns the mounts of the data folder in all mount namespaces on the machine. */
async function mounts(dataDir: string): Promise<string[]> {
  const namespaces = new Set<string>();
  const own = await readlink("/proc/self/ns/mnt");
  // Compares only the folder's name. On a separate file system, the mount table contains a shorter path.
  const name = basename(dataDir);
  const found: string[] = [];
  for (const pid of await processIds()) {
    const namespace = await readlink(`/proc/${pid}/ns/mnt`).catch(unlessGone);
    if (namespace === undefined || namespaces.has(namespace)) continue;
    const table = await readIfThere(`/proc/${pid}/mountinfo`);
    if (table === undefined) continue;
    namespaces.add(namespace);
    const lines = table
      .split("\n")
      .filter((line) => line.split(/[ /]/).includes(name) && (namespace === own || !isFolderOfMounts(line)));
    found.push(...lines.map((line) => `mount: ${line}`));
  }
  return found;
}

/**
 * True for the folder in which a server mounts layers. Its mount is private, so a namespace that something else creates
 * meanwhile keeps a copy of it, but never of a layer.
 */
const isFolderOfMounts = (line: string) => line.split(" ")[4]?.endsWith("/layers/mounts") === true;

async function sockets(dataDir: string): Promise<string[]> {
  const run = join(dataDir, "run");
  const own: string[] = [];
  // The server keeps its proxy for host git open while it runs.
  for (const folder of await list(run))
    if (/\/git-[0-9a-f]+$/.test(folder) && (await isListenedAt(join(folder, "proxy")))) own.push(folder);
  const entries = await list(run, true);
  return entries
    .filter((path) => !own.some((folder) => path === folder || path.startsWith(`${folder}/`)))
    .map((path) => `socket: ${path}`);
}

function isListenedAt(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(socketPath);
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}

/** Returns the packs that are passing through the git proxy, and the repositories in which captures run. */
async function scratchFolders(dataDir: string): Promise<string[]> {
  const entries = await Promise.all(
    (await list(join(dataDir, "sessions"))).map(async (session) => [
      ...(await list(session)).filter((path) => path.endsWith("/pushed")),
      ...(await list(join(session, "capture"))).filter((path) => path.includes(".annex-")),
    ]),
  );
  return entries.flat().map((path) => `scratch: ${path}`);
}

async function temporaryFiles(uidBase: number): Promise<string[]> {
  const found: string[] = [];
  for (const path of (
    await Promise.all([tmpdir(), "/var/tmp", "/dev/shm"].map((folder) => list(folder)))
  ).flat()) {
    const status = await lstat(path).catch(unlessGone);
    if (status !== undefined && isSandboxUser(status.uid, uidBase)) found.push(`temporary file: ${path}`);
  }
  return found;
}

function isSandboxUser(uid: number, uidBase: number): boolean {
  return uid >= uidBase && uid < uidBase + usersPerInstallation;
}

async function processIds(): Promise<number[]> {
  return (await readdir("/proc")).filter((entry) => /^\d+$/.test(entry)).map(Number);
}

async function foldersBelow(folder: string): Promise<string[]> {
  const entries = (await readdir(folder, { withFileTypes: true }).catch(unlessGone)) ?? [];
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(folder, name));
  return [...folders, ...(await Promise.all(folders.map(foldersBelow))).flat()];
}

/** Returns the paths of a folder's entries, or an empty array if the folder does not exist or cannot be read. */
async function list(folder: string, recursive = false): Promise<string[]> {
  const names = (await readdir(folder, { recursive }).catch(unlessGone)) ?? [];
  return names.map((name) => join(folder, name));
}

function readIfThere(path: string): Promise<string | undefined> {
  return readFile(path, "utf8").catch(unlessGone);
}

/** Returns undefined if a process or folder has disappeared or cannot be read. Rethrows any other error. */
function unlessGone(cause: NodeJS.ErrnoException): undefined {
  if (!["ENOENT", "ESRCH", "EINVAL", "ENODEV", "ENOTDIR", "EACCES"].includes(cause.code ?? "")) throw cause;
  return undefined;
}
