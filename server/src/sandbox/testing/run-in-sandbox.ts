import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import type { TestContext } from "node:test";
import type { Sandbox, SandboxProcess, SandboxSpec } from "../../core/turns/index.ts";
import { type SessionFolders, sessionFolders } from "../folders/session-folders.ts";
import { type FileOwner, sessionOwner } from "../folders/session-owner.ts";
import { afterwards } from "./afterwards.ts";

export const testUidBase = 300_000;
export const testRootUidBase = 1_500_000_000;

export async function makeDataDir(t: TestContext): Promise<string> {
  const dataDir = await mkdtemp(join(tmpdir(), "tembo-sandbox-"));
  await mkdir(join(dataDir, "run"), { mode: 0o711 });
  afterwards(t, () => rm(dataDir, { recursive: true, force: true }));
  return dataDir;
}

export function specOf(sessionNumber = 1, readOnlyPaths: readonly string[] = []): SandboxSpec {
  return {
    workspace: { sessionId: `session-${sessionNumber}`, sessionNumber },
    readOnlyPaths,
    isWorkspaceReadOnly: false,
    limits: {
      cpus: 2,
      memoryBytes: 2 * 1024 ** 3,
      processes: 512,
      diskBytes: 1024 ** 3,
      files: 100_000,
    },
    gitRoutes: [],
    trustedCertificate: null,
    system: null,
  };
}

export function foldersOf(dataDir: string, sessionNumber = 1): SessionFolders {
  return sessionFolders(dataDir, specOf(sessionNumber).workspace);
}

/** Returns the owner of a session's files, according to the options of `makeProvider`. */
export function ownerOf(name: string, sessionNumber = 1): FileOwner {
  return sessionOwner(name === "unsafe-local" ? null : testUidBase, sessionNumber);
}

/** Runs a program without input, and waits until it exits. */
export async function run(
  sandbox: Sandbox,
  argv: readonly [string, ...string[]],
  { cwd = sandbox.workspacePath, env = {} }: { cwd?: string; env?: Record<string, string> } = {},
) {
  const process = sandbox.spawn({ argv, cwd, env }, new AbortController().signal);
  process.stdin.end();
  const [stdout, stderr, exit] = await Promise.all([
    text(process.stdout),
    text(process.stderr),
    process.exited,
  ]);
  return { stdout, stderr, ...exit };
}

export function shell(sandbox: Sandbox, script: string, ...args: string[]) {
  return run(sandbox, ["sh", "-c", script, "sh", ...args]);
}

export async function firstLine(process: SandboxProcess): Promise<string> {
  const [line] = await once(createInterface({ input: process.stdout }), "line");
  return line;
}

/**
 * Shell script that leaves a daemon running. The daemon is forked twice, has its own session and ignores SIGHUP. `$1` appears in its
 * arguments.
 */
export const startDaemon = `
  (setsid nohup sh -c 'echo up; exec tail -f /dev/null "$0"' "$1" 2>/dev/null &) &
`;

/**
 * Counts the host's processes whose arguments contain this text. The host sees the processes of every sandbox, except in gVisor. With
 * `machineDir`, also counts gVisor's own processes for the sandboxes in this data folder.
 */
export function countProcesses(argument: string, machineDir?: string): number {
  return readdirSync("/proc").filter((name) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      const text = readFileSync(`/proc/${name}/cmdline`, "utf8");
      return text.includes(argument) || (machineDir !== undefined && text.includes(`--root=${machineDir}/`));
    } catch {
      // The process has ended.
      return false;
    }
  }).length;
}

/** Counts the processes in a sandbox whose arguments contain this text. */
export async function countInside(sandbox: Sandbox, argument: string): Promise<number> {
  // Lists the processes before grep starts, and passes the text in two parts, so that the count excludes both.
  const script = `list=$(cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' '\\n'); printf '%s\\n' "$list" | grep -c -- "$1$2"`;
  return Number((await shell(sandbox, script, argument.slice(0, 9), argument.slice(9))).stdout);
}
