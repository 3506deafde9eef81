import { runFind } from "./run-find.ts";

const maxMs = 60_000;

/**
 * Counts open files that these processes have sent over sockets (SCM_RIGHTS in unix(7)) and that no process has received yet. If such a
 * file was deleted, neither folders nor descriptor lists contain it. proc_pid_fdinfo(5) reports the number of files for each socket, but
 * not the files. Returns an error if the number cannot be determined.
 */
export async function countInFlight(pids: readonly number[], signal: AbortSignal): Promise<number | Error> {
  if (pids.length === 0) return 0;
  let count = 0;
  const found = await runFind({
    args: [
      ...[...pids.map((pid) => `/proc/${pid}/fdinfo`), "-maxdepth", "1", "-type", "f"],
      ...["-exec", "grep", "-hs", "^scm_fds:", "{}", "+"],
    ],
    onLine: ([, number]) => {
      count += Number(number);
      return true;
    },
    maxMs,
    signal,
    mayBeEmpty: true,
  });
  return found instanceof Error ? found : count;
}
