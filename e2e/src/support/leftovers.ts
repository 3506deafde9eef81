import { createHash } from "node:crypto";
import { lstat, readdir, readFile, readlink } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

/** Where a Tembo of one's own may leave something. */
export interface Premises {
  readonly dataDir: string;
  /** Its sandboxes run under the users from here on. */
  readonly uidBase: number;
}

const usersPerInstallation = 50_000;

/** What is still there when no turn runs, a line for each thing; nothing may be. */
export async function leftoversOf({ dataDir, uidBase }: Premises): Promise<string[]> {
  const found = await Promise.all([
    sandboxProcesses(uidBase).then((names) => names.map((name) => `process: ${name}`)),
    controlGroups(dataDir),
    mounts(dataDir),
    doors(dataDir),
    scratchFolders(dataDir),
    temporaryFiles(uidBase),
  ]);
  return found.flat().sort();
}

/** Command lines of running processes that mention `text`, this process excepted. */
export async function processesWith(text: string): Promise<string[]> {
  const found: string[] = [];
  for (const pid of await processIds()) {
    if (pid === process.pid) continue;
    const commandLine = (await readIfThere(`/proc/${pid}/cmdline`)) ?? "";
    if (commandLine.includes(text)) found.push(commandLine.replaceAll("\0", " ").trim());
  }
  return found;
}

/** Processes whose real user is one of the sandboxes': none may be left when no turn runs. */
export async function sandboxProcesses(uidBase: number): Promise<string[]> {
  const found: string[] = [];
  for (const pid of await processIds()) {
    const status = (await readIfThere(`/proc/${pid}/status`)) ?? "";
    const uid = Number(/^Uid:\s+(\d+)/m.exec(status)?.[1] ?? -1);
    // A zombie has ended; whoever adopted it will notice in a moment.
    const isZombie = /^State:\s+Z/m.test(status);
    if (!isZombie && isSandboxUser(uid, uidBase)) {
      const name = /^Name:\s+(.*)$/m.exec(status)?.[1] ?? "";
      found.push(`${name}, pid ${pid}, user ${uid}`);
    }
  }
  return found;
}

/** The start of the names of a data folder's control groups. The group that a server makes room for itself in is none of theirs. */
export function controlGroupPrefix(dataDir: string): string {
  return `tembo-${createHash("sha256").update(dataDir).digest("hex").slice(0, 12)}.`;
}

async function controlGroups(dataDir: string): Promise<string[]> {
  const prefix = controlGroupPrefix(dataDir);
  return (await foldersBelow("/sys/fs/cgroup"))
    .filter((path) => path.split("/").some((name) => name.startsWith(prefix)))
    .map((path) => `control group: ${path}`);
}

/** In every mount namespace of the machine. */
async function mounts(dataDir: string): Promise<string[]> {
  const namespaces = new Set<string>();
  // Where another file system holds it, its path in there is a shorter one.
  const name = basename(dataDir);
  const found: string[] = [];
  for (const pid of await processIds()) {
    const namespace = await readlink(`/proc/${pid}/ns/mnt`).catch(unlessGone);
    if (namespace === undefined || namespaces.has(namespace)) continue;
    const table = await readIfThere(`/proc/${pid}/mountinfo`);
    if (table === undefined) continue;
    namespaces.add(namespace);
    const lines = table.split("\n").filter((line) => line.split(/[ /]/).includes(name));
    found.push(...lines.map((line) => `mount: ${line}`));
  }
  return found;
}

async function doors(dataDir: string): Promise<string[]> {
  const run = join(dataDir, "run");
  const own: string[] = [];
  // The proxy of host git is the server's own for as long as it runs.
  for (const folder of await list(run))
    if (/\/git-[0-9a-f]+$/.test(folder) && (await isListenedAt(join(folder, "proxy")))) own.push(folder);
  const entries = await list(run, true);
  return entries
    .filter((path) => !own.some((folder) => path === folder || path.startsWith(`${folder}/`)))
    .map((path) => `door: ${path}`);
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

/** Packs on their way through the git door, and the repositories that captures work in. */
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

/** What lies in a folder, as paths; nothing where there is none. */
async function list(folder: string, recursive = false): Promise<string[]> {
  const names = (await readdir(folder, { recursive }).catch(unlessGone)) ?? [];
  return names.map((name) => join(folder, name));
}

function readIfThere(path: string): Promise<string | undefined> {
  return readFile(path, "utf8").catch(unlessGone);
}

/** Processes and their folders go while they are looked at. */
function unlessGone(cause: NodeJS.ErrnoException): undefined {
  if (!["ENOENT", "ESRCH", "EINVAL", "ENODEV", "ENOTDIR", "EACCES"].includes(cause.code ?? "")) throw cause;
  return undefined;
}
