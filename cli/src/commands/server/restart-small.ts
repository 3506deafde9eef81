const option = "--max-semi-space-size";
/**
 * Maximum size of a semi-space in MiB, between which V8 copies new objects. With 2 MiB, V8 moves the objects of requests
 * to the old generation before they are garbage: a list takes 1.5 times the processor time, and 20 connections doubled
 * the memory of the server.
 */
const maxSemiSpaceMiB = 16;
/** Allows `freeMemoryWhenIdle` to collect garbage. A process with this option is the new one. */
const collects = "--expose-gc";
/** Lets all threads allocate from one arena. With several, glibc keeps free memory in each: about 7 MB of an idle server. */
const oneArena = { MALLOC_ARENA_MAX: "1" };

/**
 * Replaces this process with one that needs less memory, however it was started. V8 reads its options only at
 * its start, and glibc the number of its arenas. With `compileCache`, the new process also reads its first modules from that folder, so
 * it does not load Node's TypeScript compiler. Does nothing in the new process. The size of a semi-space, the number of
 * arenas and the folder of the cache remain those that the operator has set with options or variables.
 */
export function restartSmall(compileCache: string | null): void {
  const { execArgv, execPath, argv, env } = process;
  if (execArgv.includes(collects)) return;
  const given = [...execArgv, env.NODE_OPTIONS ?? ""].join(" ").replaceAll("_", "-");
  const size = given.includes(option) ? [] : [`${option}=${maxSemiSpaceMiB}`];
  const cache = compileCache === null ? {} : { NODE_COMPILE_CACHE: compileCache };
  const args = [execPath, ...size, collects, ...execArgv, ...argv.slice(1)];
  // The operator's own settings have precedence.
  process.execve?.(execPath, args, { ...oneArena, ...cache, ...env });
}
