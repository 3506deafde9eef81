/**
 * Returns the start of a command line that makes host paths read-only in a new mount namespace and then executes the arguments that follow. If a
 * mount fails, the command prints the shell's error message and exits with 125. gVisor alone does not prevent truncation. A 2024 release opens
 * files on read-only mounts with O_TRUNC and reports the error only afterwards.
 */
export function keepReadOnly(paths: readonly string[]): string[] {
  const namespaces = process.getuid?.() === 0 ? ["--mount"] : ["--user", "--map-root-user", "--mount"];
  // Receives unmounts of the host, so that it keeps no mount of another session.
  const unshare = ["unshare", ...namespaces, "--propagation", "slave", "--"];
  return [...unshare, "/bin/sh", "-c", script, "sh", String(paths.length), ...paths];
}

const script = `
left=$1
shift
while [ "$left" -gt 0 ]; do
  mount -n -o bind,ro "$1" "$1" || exit 125
  shift
  left=$((left - 1))
done
exec "$@"`;
