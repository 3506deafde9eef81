/**
 * The start of a command line: puts itself into control groups and under limits of its own, then becomes what follows. It ends
 * with 125 and its shell's words when it cannot. Nothing runs before it is in: a program cannot leave its group's limits behind.
 */
export function enterLimits(joinFiles: readonly string[], maxFileBytes: number): [string, ...string[]] {
  const blocks = Math.max(1, Math.floor(maxFileBytes / shellBlockBytes));
  return ["/bin/sh", "-c", script, "sh", String(blocks), String(joinFiles.length), ...joinFiles];
}

/** What `ulimit -f` counts in (POSIX). */
const shellBlockBytes = 512;

/** No core files: they would hold what a program had in memory. */
const script = `
ulimit -c 0 && ulimit -f "$1" || exit 125
left=$2
shift 2
while [ "$left" -gt 0 ]; do
  echo 0 > "$1" || exit 125
  shift
  left=$((left - 1))
done
exec "$@"`;
