import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { AppError, reason } from "../../core/base/index.ts";
import { type GitProcess, startGit } from "../../host-git/git-process.ts";
import { countLinear as countLinearHistory } from "../../host-git/objects/linear-history.ts";
import { repositoryIdentity } from "../../host-git/objects/repository-identity.ts";
import { ResultCache } from "../../host-git/objects/result-cache.ts";
import { readRefFiles } from "../../host-git/read-refs.ts";
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
    // Anyone who can push could otherwise replace objects for all readers, under refs/replace.
    GIT_NO_REPLACE_OBJECTS: "1",
    GIT_GRAFT_FILE: "/dev/null",
  };
  const entries = Object.entries({
    "core.hooksPath": "/dev/null",
    "core.fsmonitor": "false",
    "safe.directory": "*",
    "gc.auto": "0",
    // GIT_GRAFT_FILE triggers this hint.
    "advice.graftFileDeprecated": "false",
    ...settings,
  });
  env.GIT_CONFIG_COUNT = String(entries.length);
  for (const [index, [key, value]] of entries.entries()) {
    env[`GIT_CONFIG_KEY_${index}`] = key;
    env[`GIT_CONFIG_VALUE_${index}`] = value;
  }
  return env;
}

export interface GitResult {
  readonly code: number;
  readonly text: string;
  readonly bytes: Buffer;
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
): Promise<GitResult> {
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

/** Results of `objectGit`, for all repositories of the process. */
const results = new ResultCache<GitResult>({ maxBytes: 32 * 1024 ** 2, maxResultBytes: 256 * 1024 });
const objectId = /^\^?[0-9a-f]{40}(?:\.\.[0-9a-f]{40})?$/;

/**
 * Runs a git command about objects that its last arguments, `ids`, name. An object never changes, so a repeated call returns the first result.
 * A shallow repository may receive older commits later, so its results are not kept.
 */
export async function objectGit(
  gitDir: string,
  command: readonly string[],
  ids: readonly string[],
  answers: readonly number[] = [],
): Promise<GitResult> {
  const identity = ids.every((id) => objectId.test(id)) ? repositoryIdentity(gitDir) : null;
  const isKept = identity !== null && !existsSync(join(gitDir, "shallow"));
  const key = JSON.stringify([identity, command, ids]);
  const known = isKept ? results.get(key) : undefined;
  if (known !== undefined) return known;
  const result = await repositoryGit(["--git-dir", gitDir, ...command, ...ids], answers);
  if (isKept) results.add(key, result, result.bytes.length);
  return result;
}

/**
 * Returns the number of commits that `newer` has and `older` does not, if it can be read without starting a command. Throws `forge_failed` if
 * git cannot read the repository.
 */
export async function countLinear(gitDir: string, older: string, newer: string): Promise<number | null> {
  const settings = { "core.deltaBaseCacheLimit": "16m", "core.packedGitLimit": "128m" };
  const env = { ...repositoryEnvironment(settings), GIT_DIR: gitDir };
  const range = { older, newer, maxCommits: maxLinearCommits };
  try {
    return await countLinearHistory({ gitDir, env }, range, new AbortController().signal);
  } catch (cause) {
    throw failed(reason(cause), cause);
  }
}

const maxLinearCommits = 10;
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
  const read = readRefFiles(path, names);
  if (read !== null) return read;
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
