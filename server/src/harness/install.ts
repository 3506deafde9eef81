import { spawn } from "node:child_process";
import {
  access,
  chmod,
  copyFile,
  cp,
  link,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  realpath,
  rename,
  rm,
} from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { AppError, reason, withReason } from "../core/base/index.ts";
import { onAbort } from "../runtime/on-abort.ts";
import { startProgram } from "../runtime/start-program.ts";
import { LastWords } from "./acp/process/last-words.ts";
import { compileCacheFolder } from "./compile-cache/compile-cache.ts";
import { withInstallLock } from "./install-lock.ts";
import { isCurrent } from "./installed.ts";
import type { LaunchSpec } from "./launch-spec.ts";

const progressEveryMs = 2_000;
const installLimitMs = 15 * 60_000;

export interface InstallOptions {
  readonly spec: LaunchSpec;
  /** Folder with one subfolder per harness and version. */
  readonly harnessesDir: string;
  readonly npmCommand: readonly [string, ...string[]];
  /** Folder with the same layout, which is checked first. Its installations are linked instead of downloaded. */
  readonly seedDir?: string | undefined;
  readonly onProgress: (line: string) => void;
}

export function installDirOf(harnessesDir: string, spec: LaunchSpec): string {
  return join(harnessesDir, `${spec.name}@${spec.version}`);
}

/**
 * Installs the pinned packages, unless they are already installed. A failure never leaves an incomplete installation. Returns the real path of
 * the installation. Throws `harness_failed` if the installation fails or `signal` aborts.
 */
export async function installHarness(options: InstallOptions, signal: AbortSignal): Promise<string> {
  const { spec, harnessesDir } = options;
  const dir = installDirOf(harnessesDir, spec);
  if (isCurrent(dir, spec)) return realpath(dir);
  try {
    await mkdir(harnessesDir, { recursive: true, mode: 0o755 });
    let hasWaited = false;
    const onWait = (line: string) => {
      hasWaited = true;
      options.onProgress(`${spec.displayName}: ${line}`);
    };
    await withInstallLock(`${dir}.lock`, onWait, signal, async () => {
      if (!isCurrent(dir, spec)) await installInto(dir, options, signal);
      else if (hasWaited)
        options.onProgress(`${spec.displayName} ${spec.version}: another process has installed it`);
    });
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw failed(spec, signal.aborted ? "the installation was stopped" : reason(cause), cause);
  }
  return realpath(dir);
}

async function installInto(dir: string, options: InstallOptions, signal: AbortSignal): Promise<void> {
  const { spec, harnessesDir, seedDir, onProgress } = options;
  if (await exists(join(dir, spec.entry)))
    onProgress(
      `${spec.displayName} ${spec.version}: its pinned packages have changed since its installation`,
    );
  await removeLeftovers(harnessesDir, basename(dir));
  const temporary = await mkdtemp(join(harnessesDir, `.${basename(dir)}.`));
  try {
    const seed = seedDir === undefined ? null : installDirOf(seedDir, spec);
    if (seed !== null && isCurrent(seed, spec)) {
      onProgress(`${spec.displayName} ${spec.version}: copied from ${seed}`);
      await linkTree(await realpath(seed), temporary);
    } else {
      await runNpm(temporary, options, signal);
    }
    if (!(await exists(join(temporary, spec.entry)))) {
      throw failed(spec, `npm succeeded, but did not install ${spec.entry}`);
    }
    signal.throwIfAborted();
    // Sandboxes run the installation as other users. npm has set the modes of the files inside it.
    await chmod(temporary, 0o755);
    await rm(dir, { recursive: true, force: true });
    await rename(temporary, dir);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

async function runNpm(prefix: string, options: InstallOptions, signal: AbortSignal): Promise<void> {
  const { spec, npmCommand, onProgress } = options;
  const [command, ...first] = npmCommand;
  const flags = ["--ignore-scripts", "--no-audit", "--no-fund", "--include=optional", "--umask=0022"];
  const args = [...first, "ci", ...flags, "--prefix", prefix];
  const startedAtMs = performance.now();
  onProgress(`${spec.displayName} ${spec.version}: downloading with npm`);
  if (spec.source.type !== "npm") throw failed(spec, spec.source.fix);
  for (const file of ["package.json", "package-lock.json"]) {
    await copyFile(join(spec.source.lockDir, file), join(prefix, file));
  }
  const words = new LastWords();
  // Starts a new process group, so that an abort also reaches npm's child processes.
  const child = startProgram(() =>
    spawn(command, args, { cwd: prefix, stdio: ["ignore", "pipe", "pipe"], detached: true }),
  );
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => words.add(text));
  }
  const kill = () => killGroup(child.pid);
  const stop = AbortSignal.any([signal, AbortSignal.timeout(installLimitMs)]);
  using _ = onAbort(stop, kill);
  let isDone = false;
  const progress = setInterval(() => void reportProgress(), progressEveryMs);
  try {
    const exit = await new Promise<number | string>((resolve, reject) => {
      child.on("error", reject).on("close", (code, by) => resolve(code ?? by ?? "unknown"));
    });
    if (signal.aborted) throw failed(spec, "the installation was stopped");
    if (stop.aborted) throw failed(spec, `npm took longer than ${installLimitMs / 60_000} minutes`);
    if (exit !== 0) throw failed(spec, explainNpm(exit, words.toString(), options.harnessesDir));
    onProgress(`${spec.displayName}: downloaded, ${elapsed()}`);
  } finally {
    isDone = true;
    clearInterval(progress);
  }

  function elapsed(): string {
    return `${Math.round((performance.now() - startedAtMs) / 1000)} s`;
  }

  async function reportProgress(): Promise<void> {
    const bytes = await sizeOf(prefix);
    const size = bytes === null ? "" : `, ${Math.round(bytes / 1e6)} MB so far`;
    if (!isDone) onProgress(`${spec.displayName}: downloading, ${elapsed()}${size}`);
  }
}

function explainNpm(exit: number | string, words: string, harnessesDir: string): string {
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ECONNRESET/.test(words)) {
    return `npm cannot reach its registry. Check the network, or set another registry (npm config set registry URL). npm's output: ${words.slice(-500)}`;
  }
  if (/E404|ETARGET|notarget/i.test(words)) {
    return `the registry does not have this version. Set a registry that has it (npm config set registry URL). npm's output: ${words.slice(-500)}`;
  }
  if (/EINTEGRITY/.test(words)) {
    return `the registry's package does not match the pinned checksum, so it was not installed. Set a registry that has the original (npm config set registry URL). npm's output: ${words.slice(-500)}`;
  }
  if (/EBADPLATFORM/.test(words)) {
    return `it does not run on this machine (${process.platform} ${process.arch}). Choose another harness. npm's output: ${words.slice(-500)}`;
  }
  if (/ENOSPC/.test(words)) return `the disk of ${harnessesDir} is full. Free about 1 GB there`;
  return `npm exited with ${exit}. npm's output: ${words.slice(-1_000)}`;
}

function failed(spec: LaunchSpec, why: string, cause?: unknown): AppError {
  const sentence = withReason(`${spec.displayName} ${spec.version} could not be installed`, why);
  return new AppError("harness_failed", sentence, { cause });
}

/** Removes files that a killed installer left behind. No other process installs this harness while this process holds the lock. */
async function removeLeftovers(harnessesDir: string, name: string): Promise<void> {
  for (const entry of await readdir(harnessesDir)) {
    if (entry.startsWith(`.${name}.`)) await rm(join(harnessesDir, entry), { recursive: true, force: true });
  }
}

/** Creates hard links if the file system supports them. Otherwise, copies the files. */
async function linkTree(from: string, to: string): Promise<void> {
  for (const entry of await readdir(from, { withFileTypes: true })) {
    // Compile caches belong to the path of their installation.
    if (entry.name === compileCacheFolder) continue;
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) {
      await mkdir(target, { mode: 0o755 });
      await linkTree(source, target);
    } else if (entry.isSymbolicLink()) {
      await cp(source, target, { verbatimSymlinks: true });
    } else {
      await link(source, target).catch(() => cp(source, target));
    }
  }
}

/** Returns the size of the folder, or null if files were moved during the count, which can happen while npm is running. */
async function sizeOf(dir: string): Promise<number | null> {
  try {
    let bytes = 0;
    for (const entry of await readdir(dir, { recursive: true, withFileTypes: true })) {
      if (entry.isFile()) bytes += (await lstat(join(entry.parentPath, entry.name))).size;
    }
    return bytes;
  } catch {
    return null;
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return false;
    throw error;
  }
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** Returns the npm that belongs to this Node, or the npm on the PATH if this Node has none. */
export async function findNpm(nodeBinary: string): Promise<readonly [string, ...string[]]> {
  const cli = join(dirname(nodeBinary), "..", "lib", "node_modules", "npm", "bin", "npm-cli.js");
  return (await exists(cli)) ? [nodeBinary, cli] : ["npm"];
}
