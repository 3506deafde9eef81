import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const AUTHOR = { name: "Ada", email: "ada@example.com" };

/**
 * Runs git as a user would, without the machine's git configuration. If `apiKey` is not null, sends it with every HTTP
 * request. Returns the trimmed standard output.
 */
export async function git(cwd: string, apiKey: string | null, ...args: string[]): Promise<string> {
  const credential = Buffer.from(`x:${apiKey ?? ""}`).toString("base64");
  const { stdout } = await run("git", args, {
    cwd,
    maxBuffer: 64 * 1024 * 1024,
    env: {
      PATH: process.env.PATH,
      HOME: "/nonexistent",
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_CONFIG_GLOBAL: "/dev/null",
      GIT_TERMINAL_PROMPT: "0",
      GIT_AUTHOR_NAME: AUTHOR.name,
      GIT_AUTHOR_EMAIL: AUTHOR.email,
      GIT_COMMITTER_NAME: AUTHOR.name,
      GIT_COMMITTER_EMAIL: AUTHOR.email,
      ...(apiKey !== null && {
        GIT_CONFIG_COUNT: "1",
        GIT_CONFIG_KEY_0: "http.extraHeader",
        GIT_CONFIG_VALUE_0: `Authorization: Basic ${credential}`,
      }),
    },
  });
  return stdout.trim();
}

/** Contents of files by path. */
export type Files = Readonly<Record<string, string | Buffer>>;

/** Clones `url` for the duration of `work`, and then deletes the clone. */
export async function withClone<T>(
  url: string,
  apiKey: string,
  branch: string | null,
  work: (path: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "tembo-clone-"));
  try {
    await git(
      folder,
      apiKey,
      "clone",
      "--quiet",
      ...(branch === null ? [] : ["--branch", branch]),
      url,
      "clone",
    );
    return await work(join(folder, "clone"));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Pushes one commit with these files to `branch`, which is created if it does not exist. Returns the commit's ID. */
export async function pushFiles(
  url: string,
  apiKey: string,
  branch: string,
  files: Files,
  message = "Change",
): Promise<string> {
  const isNew = (await git("/", apiKey, "ls-remote", "--heads", url, branch)) === "";
  return withClone(url, apiKey, isNew ? null : branch, async (path) => {
    if (isNew) await git(path, null, "checkout", "--quiet", "-B", branch);
    for (const [name, content] of Object.entries(files)) {
      await mkdir(dirname(join(path, name)), { recursive: true });
      await writeFile(join(path, name), content);
    }
    await git(path, null, "add", "--all");
    await git(path, null, "commit", "--quiet", "--message", message);
    await git(path, apiKey, "push", "--quiet", "origin", `HEAD:refs/heads/${branch}`);
    return git(path, null, "rev-parse", "HEAD");
  });
}

/** Returns the head commit of a branch on the forge, or null if the branch does not exist. */
export async function remoteHead(url: string, apiKey: string, branch: string): Promise<string | null> {
  const line = await git("/", apiKey, "ls-remote", url, `refs/heads/${branch}`);
  return line === "" ? null : line.split("\t", 1)[0]!;
}

/** Returns the content of a file in a branch on the forge, without white space at both ends. */
export function remoteFile(url: string, apiKey: string, branch: string, name: string): Promise<string> {
  return withClone(url, apiKey, branch, (path) => git(path, null, "show", `HEAD:${name}`));
}
