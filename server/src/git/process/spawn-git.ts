import type { HostGitCommand, HostGitProcess, SpawnGit } from "../../core/forges/index.ts";
import { startGit } from "../../host-git/git-process.ts";
import { foldersOfRemote, locateRemote, remoteAddress, serverProgram } from "../remote/locate-remote.ts";
import { gitEnvironment, redact } from "./git-environment.ts";
import { tailOf } from "./run-git.ts";

/** Creates a function that starts host git for streaming, with the same environment as `runGit`. The command sets the time limit. */
export function createSpawnGit({ dataDir }: { readonly dataDir: string }): SpawnGit {
  return (command, signal) => spawnGit(command, dataDir, signal);
}

function spawnGit(command: HostGitCommand, dataDir: string, signal: AbortSignal): HostGitProcess {
  const { args, refs = [], protocol, timeLimitMs, stdin, ...setting } = command;
  const remote = setting.remote && locateRemote(setting.remote, dataDir);
  const server = remote && args[0] === "fetch" ? serverProgram(remote, "upload-pack") : [];
  const git = startGit(
    {
      args: remote ? [...args, ...server, "--end-of-options", remoteAddress(remote), ...refs] : args,
      env: gitEnvironment({
        ...(setting.gitDir === undefined ? {} : { gitDir: setting.gitDir }),
        ...(setting.config === undefined ? {} : { config: setting.config }),
        ...(remote === undefined ? {} : { remote }),
        env: protocol ? { GIT_PROTOCOL: protocol } : {},
      }),
      stdin: stdin ?? "pipe",
      ...foldersOfRemote(remote, args[0]!),
      timeLimitMs,
    },
    signal,
  );
  // Git closes the pipe if it exits early. Its exit code then indicates the reason.
  git.child.stdin?.on("error", () => {});
  const stderr = tailOf(git.child);
  const exited = git.exited.then((code) => ({ code, stderr: redact(stderr(), remote) }));
  // The caller may await `exited` only after reading the whole stream, so an early rejection must not count as unhandled.
  exited.catch(() => {});
  return { stdin: git.child.stdin, stdout: git.child.stdout, exited };
}
