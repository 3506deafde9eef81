/**
 * Returns the start of a command line that joins control groups, sets process limits and then executes the arguments that follow. If a group or
 * a limit fails, it prints the shell's error message and exits with 125. The process joins before the program starts, so that the program cannot
 * escape the limits.
 */
export function enterLimits(joinFiles: readonly string[], maxFileBytes: number): [string, ...string[]] {
  const blocks = Math.max(1, Math.floor(maxFileBytes / shellBlockBytes));
  return ["/bin/sh", "-c", script, "sh", String(blocks), String(joinFiles.length), ...joinFiles];
}

/** Unit of `ulimit -f` (POSIX). */
const shellBlockBytes = 512;

/** Disables core files, because they would contain a program's memory. */
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
