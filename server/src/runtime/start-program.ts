/** Child process of Node. */
interface SpawnedProcess {
  /** Undefined if the process could not receive its streams, against the types of Node. */
  readonly stdio: unknown;
  readonly spawnfile: string;
  on(event: "error", listener: () => void): unknown;
}

/**
 * Returns the child process that `start` creates with `spawn`. Throws the error that `fail` makes of a failure that Node knows immediately,
 * such as too many arguments, too little memory or, with the code `EMFILE`, no file descriptors for the streams. Other failures, such as
 * a missing program, are an "error" event, which the caller handles. Such an event never ends this process.
 */
export function startProgram<T extends SpawnedProcess>(
  start: () => T,
  fail: (cause: Error) => Error = (cause) => cause,
): T {
  const child = spawned(start, fail);
  child.on("error", () => {});
  if (child.stdio !== undefined) return child;
  const sentence = `no file descriptor is left for the program ${child.spawnfile}`;
  throw fail(Object.assign(new Error(sentence), { code: "EMFILE" }));
}

function spawned<T>(start: () => T, fail: (cause: Error) => Error): T {
  try {
    return start();
  } catch (cause) {
    throw fail(cause as Error);
  }
}
