import { type ChildProcess, spawn } from "node:child_process";
import { AppError } from "../core/errors.ts";
import type { GitRemote } from "../core/ports/git.ts";

/** One run of host git. Nothing of the caller's environment but PATH reaches it, and no configuration of the machine. */
export interface GitRun {
  readonly args: readonly string[];
  readonly signal: AbortSignal;
  readonly gitDir?: string;
  readonly workTree?: string;
  readonly indexFile?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Text, or a file descriptor that git reads itself. */
  readonly stdin?: string | number;
  /** Run as this user where the server may; else as the server's own. */
  readonly as?: { readonly uid: number; readonly gid: number };
  /** Its credential is handed over in the environment, and struck out of every message. */
  readonly remote?: GitRemote;
  /** Exit codes that are an answer and no failure; 0 always is. */
  readonly answers?: readonly number[];
  readonly maxOutputBytes?: number;
  /** Output beyond the limit is cut off and git ended, instead of failing. */
  readonly isCut?: boolean;
  readonly timeLimitMs?: number;
  /** What is written is thrown away or can be made again: it need not survive a power cut. */
  readonly isScratch?: boolean;
  /** Run under an exclusive lock of this repository, with what a killed git left in it cleared away first. */
  readonly isExclusive?: boolean;
}

export interface GitResult {
  readonly code: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

const maxOutputBytes = 64 * 1024 * 1024;
const maxErrorBytes = 64 * 1024;
const timeLimitMs = 30 * 60_000;

/** Holds whatever a workspace or a remote might bring along; stands above every configuration file. */
const protectedConfig: Readonly<Record<string, string>> = {
  "core.hooksPath": "/dev/null",
  "core.fsmonitor": "false",
  "core.untrackedCache": "false",
  "protocol.ext.allow": "never",
  "submodule.recurse": "false",
  "gc.auto": "0",
  "maintenance.auto": "false",
  "safe.directory": "*",
  "advice.addEmbeddedRepo": "false",
  "commit.gpgSign": "false",
  "push.gpgSign": "false",
};

/**
 * The kernel holds the lock as long as git itself lives, so an orphan of a killed server still excludes the next one, and
 * every lock file found while holding it is a leftover. The repository is made when missing or half made.
 */
const exclusiveScript = `
repository=$1; shift
if [ -d "$repository/refs" ]; then
  find "$repository" -path "$repository/objects" -prune -o -type f -name '*.lock' -exec rm -f {} +
  rm -rf "$repository"/objects/pack/tmp_* "$repository"/objects/tmp_* "$repository"/objects/incoming-*
fi
[ -d "$repository/objects/info" ] || git init --quiet --bare --template= --shared=0644 "$repository" || exit
exec git "$@"`;

/** The one place that runs host git. Throws `git_failed` with git's own last words, or the signal's reason. */
export async function runGit(run: GitRun): Promise<GitResult> {
  run.signal.throwIfAborted();
  const [program, args] = commandOf(run);
  const stdin = run.stdin === undefined ? "ignore" : typeof run.stdin === "number" ? run.stdin : "pipe";
  const child = spawn(program, args, {
    cwd: "/",
    env: environmentOf(run),
    stdio: [stdin, "pipe", "pipe"],
    // A group of its own, so that helpers git starts end with it.
    detached: true,
    ...(run.as && process.getuid?.() === 0 ? run.as : {}),
  });
  const ended = new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve(code ?? (signal ? 128 : 1)));
  });
  let failure: unknown;
  const fail = (cause: unknown) => {
    failure ??= cause;
    killGroup(child);
  };
  const onAbort = () => fail(run.signal.reason);
  run.signal.addEventListener("abort", onAbort, { once: true });
  const limitMs = run.timeLimitMs ?? timeLimitMs;
  const timer = setTimeout(
    () =>
      fail(
        new AppError("git_failed", `git ${verb(run)} took longer than ${limitMs / 1000} s and was ended.`),
      ),
    limitMs,
  );
  const output = collect(child, run, fail);
  if (typeof run.stdin === "string") {
    // A git that ends early closes the pipe; its exit code tells why.
    child.stdin?.on("error", () => {});
    child.stdin?.end(run.stdin);
  }
  try {
    const code = await ended;
    if (failure !== undefined) throw failure;
    const result = { code, stdout: output.stdout(), stderr: redact(output.stderr(), run.remote) };
    if (code === 0 || output.isCut() || run.answers?.includes(code)) return result;
    throw new AppError("git_failed", `git ${verb(run)} failed: ${whatWentWrong(result)}`);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT")
      throw new AppError("git_failed", `${program} is not installed here. Install git and util-linux.`, {
        cause,
      });
    throw cause;
  } finally {
    clearTimeout(timer);
    run.signal.removeEventListener("abort", onAbort);
  }
}

/** As `runGit`, giving what git printed, without the last line's end. */
export async function gitText(run: GitRun): Promise<string> {
  return (await runGit(run)).stdout.toString("utf8").trimEnd();
}

/** Git speaks of prompts it could not show where the remote has refused the credential, or wants one. */
function whatWentWrong({ code, stderr }: GitResult): string {
  if (/could not read (?:Username|Password)|Authentication failed/.test(stderr))
    return "the remote refused the credential. Renew the access to the forge.";
  return lastWords(stderr) || `exit code ${code}`;
}

/** What git says at the end, without hints, in one line of at most 600 characters. */
export function lastWords(stderr: string): string {
  const lines = stderr
    .split("\n")
    .map((line) => line.split("\r").at(-1)!.trim())
    .filter((line) => line !== "" && !line.startsWith("hint:"));
  return lines.slice(-6).join(" ").slice(-600);
}

/** The environment of host git, for those that start another program of git's. */
function gitEnvironment(config: Readonly<Record<string, string>>): Record<string, string> {
  const env: Record<string, string> = {
    PATH: "/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin",
    HOME: "/nonexistent",
    LC_ALL: "C",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_ATTR_NOSYSTEM: "1",
    GIT_TERMINAL_PROMPT: "0",
    GIT_ASKPASS: "/bin/false",
    GIT_NO_LAZY_FETCH: "1",
    GIT_NO_REPLACE_OBJECTS: "1",
    GIT_OPTIONAL_LOCKS: "0",
    GIT_ALLOW_PROTOCOL: "file:http:https",
  };
  const entries = Object.entries(config);
  env.GIT_CONFIG_COUNT = String(entries.length);
  for (const [index, [key, value]] of entries.entries()) {
    env[`GIT_CONFIG_KEY_${index}`] = key;
    env[`GIT_CONFIG_VALUE_${index}`] = value;
  }
  return env;
}

function commandOf(run: GitRun): [string, string[]] {
  if (!run.isExclusive) return ["git", [...run.args]];
  const repository = run.gitDir!;
  return ["flock", [`${repository}.flock`, "sh", "-c", exclusiveScript, "sh", repository, ...run.args]];
}

function environmentOf(run: GitRun): Record<string, string> {
  return {
    ...gitEnvironment({
      ...protectedConfig,
      ...credentialConfig(run.remote),
      ...(run.isScratch ? { "core.fsync": "none" } : {}),
    }),
    ...(run.gitDir ? { GIT_DIR: run.gitDir } : {}),
    ...(run.workTree ? { GIT_WORK_TREE: run.workTree } : {}),
    ...(run.indexFile ? { GIT_INDEX_FILE: run.indexFile } : {}),
    ...run.env,
  };
}

function credentialConfig(remote: GitRemote | undefined): Record<string, string> {
  if (!remote?.credential) return {};
  return { [`http.${remote.url}.extraHeader`]: `Authorization: Basic ${basic(remote.credential)}` };
}

const basic = ({ username, password }: { username: string; password: string }) =>
  Buffer.from(`${username}:${password}`).toString("base64");

function redact(text: string, remote: GitRemote | undefined): string {
  text = text.replaceAll(/(https?:\/\/)[^\s/@]+@/g, "$1");
  if (!remote?.credential) return text;
  for (const secret of [basic(remote.credential), remote.credential.password])
    if (secret !== "") text = text.replaceAll(secret, "***");
  return text;
}

function collect(child: ChildProcess, run: GitRun, fail: (cause: unknown) => void) {
  const limit = run.maxOutputBytes ?? maxOutputBytes;
  const chunks: Buffer[] = [];
  let bytes = 0;
  let isCut = false;
  child.stdout!.on("data", (chunk: Buffer) => {
    if (bytes + chunk.length > limit) {
      chunk = chunk.subarray(0, Math.max(0, limit - bytes));
      if (run.isCut) {
        isCut = true;
        killGroup(child);
      } else fail(new AppError("git_failed", `git ${verb(run)} printed more than ${limit} bytes.`));
    }
    bytes += chunk.length;
    if (chunk.length > 0) chunks.push(chunk);
  });
  let errors = Buffer.alloc(0);
  child.stderr!.on("data", (chunk: Buffer) => {
    errors = Buffer.concat([errors, chunk]).subarray(-maxErrorBytes);
  });
  return {
    stdout: () => Buffer.concat(chunks),
    stderr: () => errors.toString("utf8"),
    isCut: () => isCut,
  };
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "ESRCH") throw cause;
  }
}

const verb = (run: GitRun) => run.args.find((arg) => !arg.startsWith("-")) ?? "";
