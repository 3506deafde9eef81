import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { hostPath } from "../confine/start-confined.ts";

const execute = promisify(execFile);
const timeLimitMs = 30_000;

/** Mounts a file or folder. Throws an error with the program's output. */
export async function mount(options: readonly string[], source: string, target: string): Promise<void> {
  await run("mount", [...options, "--", source, target]);
}

/** Unmounts a folder, which has a path without links. Returns false if it is in use. Never detaches a mount that is in use. */
export async function unmount(target: string): Promise<boolean> {
  try {
    await run("umount", ["--", target]);
    return true;
  } catch (cause) {
    if (!(await listMounts()).includes(target)) return true;
    if (/busy/i.test(String((cause as { readonly stderr?: unknown }).stderr))) return false;
    throw cause;
  }
}

/** Unmounts everything below a folder, which has a path without links. Throws if something is in use. */
export async function unmountBelow(folder: string): Promise<void> {
  // A later mount may be below or on top of an earlier one.
  const paths = (await listMounts()).filter((path) => path.startsWith(`${folder}/`)).reverse();
  for (const path of paths) if (!(await unmount(path))) throw new Error(`${path} is in use`);
}

/** Makes mounts below the folder invisible in all other mount namespaces, so that they do not leak into sandboxes and services. */
export async function makePrivate(folder: string): Promise<void> {
  if (!(await listMounts()).includes(folder)) await mount(["--bind"], folder, folder);
  await run("mount", ["--make-private", "--", folder]);
}

/** Returns the real paths of the mount points in this process's namespace (proc_pid_mountinfo(5)). */
export async function listMounts(): Promise<readonly string[]> {
  const text = await readFile("/proc/self/mountinfo", "latin1");
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => unescapeOctal(line.split(" ")[4] ?? ""));
}

const unescapeOctal = (text: string) =>
  Buffer.from(
    text.replaceAll(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8))),
    "latin1",
  ).toString("utf8");

async function run(program: string, args: readonly string[]): Promise<void> {
  await execute(program, [...args], { env: { PATH: hostPath, LC_ALL: "C" }, timeout: timeLimitMs });
}
