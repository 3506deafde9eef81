import { dirname } from "node:path";
import { AppError, reason } from "../../core/base/index.ts";
import { type GitProcess, startGit } from "../../host-git/git-process.ts";
import { BoundedBuffer } from "../../runtime/bounded-buffer.ts";

/**
 * Returns the environment for git in the forge's own repositories. The environment excludes the machine's configuration and hooks. Its
 * settings override the repositories' settings.
 */
export function repositoryEnvironment(
  settings: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const env: Record<string, string> = {
    PATH: "/usr/local/bin:/usr/bin:/bin",
    HOME: "/nonexistent",
    LC_ALL: "C",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_ATTR_NOSYSTEM: "1",
    GIT_TERMINAL_PROMPT: "0",
    GIT_NO_LAZY_FETCH: "1",
  };
  const entries = Object.entries({
    "core.hooksPath": "/dev/null",
    "core.fsmonitor": "false",
    "safe.directory": "*",
    "gc.auto": "0",
    ...settings,
  });
  env.GIT_CONFIG_COUNT = String(entries.length);
  for (const [index, [key, value]] of entries.entries()) {
    env[`GIT_CONFIG_KEY_${index}`] = key;
    env[`GIT_CONFIG_VALUE_${index}`] = value;
  }
  return env;
}

/**
 * Runs git. Returns the exit code, which is 0 or one of `answers`, and the output, both as trimmed text and as raw bytes. Throws
 * `forge_failed` for other exit codes, at the time limit or if the output is too long.
 */
export async function repositoryGit(
  args: readonly string[],
  answers: readonly number[] = [],
  input: string | Buffer = "",
  environment: Readonly<Record<string, string>> = {},
): Promise<{ readonly code: number; readonly text: string; readonly bytes: Buffer }> {
  const env = { ...repositoryEnvironment(), ...environment };
  const folders = { write: [folderOf(args)] };
  const git = startGit({ args, env, stdin: "pipe", folders, timeLimitMs }, new AbortController().signal);
  const stdout = collect(git, "stdout", maxOutputBytes);
  const stderr = collect(git, "stderr", maxWordsBytes);
  // Git may exit without reading its input. The exit code then reports the error.
  git.child.stdin?.on("error", () => undefined).end(input);
  let code: number;
  try {
    code = (await git.exited) ?? -1;
  } catch (cause) {
    throw failed(reason(cause), cause);
  }
  const bytes = stdout();
  if (code === 0 || answers.includes(code)) return { code, text: bytes.toString("utf8").trimEnd(), bytes };
  throw failed(reason(stderr().toString("utf8").trim() || `exit code ${code}`), undefined);
}

const timeLimitMs = 60_000;
const maxOutputBytes = 64 * 1024 * 1024;
const maxWordsBytes = 64 * 1024;

const failed = (words: string, cause: unknown) =>
  new AppError("forge_failed", `git on the built-in forge failed: ${words.slice(-600)}`, { cause });

/** Returns the folder that git needs to access. This is the repository or, for `git init` and `git config`, its parent folder. */
function folderOf(args: readonly string[]): string {
  const [option, path] = args;
  return option === "--git-dir" ? path! : dirname(args[0] === "config" ? args[2]! : args.at(-1)!);
}

function collect(git: GitProcess, name: "stdout" | "stderr", maxBytes: number): () => Buffer {
  const output = new BoundedBuffer(maxBytes);
  git.child[name].on("data", (chunk: Buffer) => {
    if (!output.add(chunk)) git.fail(new Error(`it printed more than ${maxBytes} bytes`));
  });
  return () => output.toBuffer();
}

/** Returns the object IDs of the refs that match these names or prefixes, by full name. */
export async function readRefs(path: string, names: readonly string[]): Promise<Map<string, string>> {
  const { text } = await repositoryGit([
    "--git-dir",
    path,
    "for-each-ref",
    "--format=%(objectname) %(refname)",
    ...names,
  ]);
  const refs = new Map<string, string>();
  for (const line of text.split("\n")) {
    const space = line.indexOf(" ");
    if (space > 0) refs.set(line.slice(space + 1), line.slice(0, space));
  }
  return refs;
}
