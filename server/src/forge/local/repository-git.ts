import { execFile } from "node:child_process";
import { AppError, reason } from "../../core/errors.ts";

/**
 * The environment of git in the forge's own repositories: nothing of the machine's configuration, no hooks. The settings stand
 * above the repositories' own.
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

/** What git printed, as text without its end and as it is, and how it ended: 0, or one of `answers`. Throws `forge_failed`. */
export function repositoryGit(
  args: readonly string[],
  answers: readonly number[] = [],
  input: string | Buffer = "",
  environment: Readonly<Record<string, string>> = {},
): Promise<{ readonly code: number; readonly text: string; readonly bytes: Buffer }> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      "git",
      [...args],
      {
        cwd: "/",
        encoding: "buffer",
        env: { ...repositoryEnvironment(), ...environment },
        maxBuffer: 64 * 1024 * 1024,
        timeout: 60_000,
        killSignal: "SIGKILL",
      },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === "number" ? error.code : -1;
        if (code === 0 || answers.includes(code))
          return resolve({ code, text: stdout.toString("utf8").trimEnd(), bytes: stdout });
        const said = stderr.toString("utf8");
        const words = said.trim() === "" ? reason(error) : reason(said);
        reject(
          new AppError("forge_failed", `git on the local forge failed: ${words.slice(-600)}`, {
            cause: error,
          }),
        );
      },
    );
    // A program that ends without reading says so by its exit.
    child.stdin?.on("error", () => undefined).end(input);
  });
}

/** Commits of those refs that exist, by full name. */
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
