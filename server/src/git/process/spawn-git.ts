import type { HostGitCommand, HostGitProcess } from "../../core/ports/git/host-git.ts";
import { gitEnvironment, redact } from "./git-environment.ts";
import { startGit } from "./git-process.ts";
import { tailOf } from "./run-git.ts";

/** Host git for those that stream through it (`SpawnGit`): the same environment and limits as every other run. */
export function spawnGit(command: HostGitCommand, signal: AbortSignal): HostGitProcess {
  const { args, protocol, timeLimitMs, remote, stdin, ...setting } = command;
  const git = startGit(
    {
      args,
      env: gitEnvironment({
        ...setting,
        ...(remote ? { remote } : {}),
        env: protocol ? { GIT_PROTOCOL: protocol } : {},
      }),
      stdin: stdin ?? "pipe",
      timeLimitMs,
    },
    signal,
  );
  // A git that ends early closes the pipe; its exit code tells why.
  git.child.stdin?.on("error", () => {});
  const stderr = tailOf(git.child);
  const exited = git.exited.then((code) => ({ code, stderr: redact(stderr(), remote) }));
  // Whoever reads the stream to its end asks later.
  exited.catch(() => {});
  return { stdin: git.child.stdin, stdout: git.child.stdout!, exited };
}
