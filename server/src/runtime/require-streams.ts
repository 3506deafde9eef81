/** Child process of Node. */
interface SpawnedProcess {
  /** Undefined if the process could not receive its streams, against the types of Node. */
  readonly stdio: unknown;
  readonly spawnfile: string;
  on(event: "error", listener: () => void): unknown;
}

/**
 * Returns a child process that `spawn` has just created. Throws an error with the code `EMFILE`, or the one that `fail` makes of it, if no
 * file descriptors were left for its streams. Such a process has no streams, and its "error" event would end this process.
 */
export function requireStreams<T extends SpawnedProcess>(
  child: T,
  fail: (cause: Error) => Error = (cause) => cause,
): T {
  if (child.stdio !== undefined) return child;
  child.on("error", () => {});
  const sentence = `no file descriptor is left for the program ${child.spawnfile}`;
  throw fail(Object.assign(new Error(sentence), { code: "EMFILE" }));
}
