import { runFind } from "./run-find.ts";

const maxMs = 60_000;

/**
 * How many open files are on their way between these processes (SCM_RIGHTS of unix(7)) and taken by none: while they are, a
 * deleted one is found neither by a walk nor among the descriptors. proc_pid_fdinfo(5) tells the number for each socket, not
 * which files they are. An error says why it is not known.
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
