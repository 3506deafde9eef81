import { spawn } from "node:child_process";
import { CommandError } from "../../failure.ts";
import { withReason } from "../../sentence.ts";
import { shellWord } from "../../shell-word.ts";

/** Number of characters to keep from the end of git's standard error. The end contains the reason for a failure. */
const keptCharacters = 8_000;

/**
 * Runs git and returns its standard output. Returns null if git exits with status 1, which means "nothing found" for
 * the queries in this folder. Throws `CommandError` for any other status.
 */
export async function askGit(env: NodeJS.ProcessEnv, args: readonly string[]): Promise<string | null> {
  const { status, stdout, stderr } = await runGit(withoutGitPlace(env), args);
  if (status === 0) return stdout;
  if (status === 1) return null;
  const verb = args.find((arg, index) => !arg.startsWith("-") && args[index - 1] !== "-C");
  throw new CommandError(withReason(`git ${verb ?? ""} failed`, lastWords(stderr)));
}

/**
 * Pushes all branches and tags of the repository at `path` to `url`. Passes the key in the environment and only for
 * this URL, because other users can read command lines and remote URLs. The pre-push hook does not run, because it
 * would inherit the key. Throws a `CommandError` with merge commands if branches lack commits of the server, or with
 * git's error if the push fails for another reason.
 */
export async function pushBranches(
  env: NodeJS.ProcessEnv,
  { path, url, apiKey, branch }: { path: string; url: string; apiKey: string; branch: string },
): Promise<void> {
  const args = [
    ...["-C", path, "push", "--no-verify", "--no-signed", "--no-follow-tags", "--recurse-submodules=no"],
    ...["--", url, "refs/heads/*:refs/heads/*", "refs/tags/*:refs/tags/*"],
  ];
  const { status, stderr } = await runGit(withCredential(withoutGitPlace(env), url, apiKey), args);
  if (status === 0) return;
  const behind = branchesBehind(stderr);
  if (behind.length > 0) {
    const names = behind.join(", ");
    const have = behind.length === 1 ? "has" : "have";
    throw new CommandError(
      `The server rejected the push, because ${names} ${have} commits on the server that ${path} does not have. Merge them first. When git asks for a password, enter an API key.`,
      `run "${mergeCommands({ path, url, branch }, behind)}", then run "tembo repo add" again.`,
    );
  }
  throw new CommandError(
    withReason(`git could not push to ${url}`, lastWords(stderr)),
    'fix the problem and run "tembo repo add" again; it continues where it stopped.',
  );
}

/** Returns the branches that the server rejected because they lack commits on the server. */
function branchesBehind(stderr: string): string[] {
  const rejected = /^ ! \[rejected\]\s+(\S+) -> \S+ \((?:fetch first|non-fast-forward)\)$/gm;
  return [...stderr.matchAll(rejected)].map(([, branch]) => branch!);
}

/** Returns commands that merge each branch from the server. The commands end with the current branch checked out. */
function mergeCommands(
  { path, url, branch }: { path: string; url: string; branch: string },
  behind: readonly string[],
): string {
  const git = `git -C ${shellWord(path)}`;
  const pull = (name: string) => `${git} pull --no-rebase ${shellWord(url)} ${shellWord(name)}`;
  const others = behind.filter((name) => name !== branch);
  const commands = others.flatMap((name) => [`${git} switch ${shellWord(name)}`, pull(name)]);
  if (others.length > 0) commands.push(`${git} switch ${shellWord(branch)}`);
  if (behind.includes(branch)) commands.push(pull(branch));
  return commands.join(" && ");
}

/** Returns an environment in which git sends the key to `url`. Keeps the user's own GIT_CONFIG_* variables. */
export function withCredential(env: NodeJS.ProcessEnv, url: string, apiKey: string): NodeJS.ProcessEnv {
  const basic = Buffer.from(`tembo:${apiKey}`).toString("base64");
  const settings: [string, string][] = [
    // The empty value clears headers from the user's configuration. Servers reject two Authorization headers.
    [`http.${url}.extraHeader`, ""],
    [`http.${url}.extraHeader`, `Authorization: Basic ${basic}`],
    ["http.followRedirects", "false"],
    ["credential.helper", ""],
  ];
  const first = Number.parseInt(env.GIT_CONFIG_COUNT ?? "0", 10) || 0;
  const result: NodeJS.ProcessEnv = {
    ...env,
    GIT_TERMINAL_PROMPT: "0",
    GIT_CONFIG_COUNT: String(first + settings.length),
  };
  for (const [index, [key, value]] of settings.entries()) {
    result[`GIT_CONFIG_KEY_${first + index}`] = key;
    result[`GIT_CONFIG_VALUE_${first + index}`] = value;
  }
  return result;
}

/** Runs git in the command's working directory and sends `input` to its standard input. Accepts any exit status. */
export function gitHere(env: NodeJS.ProcessEnv, args: readonly string[], input = ""): Promise<GitResult> {
  return runGit(withoutGitPlace(env), args, input);
}

/**
 * Removes variables that select a different repository than the given path. Git sets such variables in hooks. Also
 * removes trace variables, because traces would contain the key.
 */
function withoutGitPlace(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const left = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_COMMON_DIR",
    "GIT_NAMESPACE",
  ];
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !left.includes(name) && !/^GIT_(TRACE|CURL_VERBOSE)/.test(name)),
  );
}

export interface GitResult {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

function runGit(env: NodeJS.ProcessEnv, args: readonly string[], input = ""): Promise<GitResult> {
  return new Promise((resolve, reject) => {
    const child = spawn("git", args, { env: { ...env, LC_ALL: "C" }, stdio: ["pipe", "pipe", "pipe"] });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr = (stderr + text).slice(-keptCharacters);
    });
    // git may exit before it has read all input. Its exit status then reports the failure.
    child.stdin.on("error", () => {});
    child.stdin.end(input);
    child.on("error", (cause: NodeJS.ErrnoException) => {
      const error =
        cause.code === "ENOENT"
          ? new CommandError("git is not installed.", "install git, and run the command again.", { cause })
          : new CommandError(withReason("Could not start git", cause), null, { cause });
      reject(error);
    });
    child.on("close", (code, signal) =>
      resolve({ status: signal === null ? (code ?? 255) : 255, stdout, stderr }),
    );
  });
}

export function lastWords(stderr: string): string {
  const lines = stderr.split("\n").filter((line) => line.trim() !== "");
  const relevant = lines.filter((line) => /^(fatal|error|remote| !)/.test(line));
  return (
    (relevant.length > 0 ? relevant : lines.slice(-3)).map((line) => line.trim()).join(" ") || "no output"
  );
}
