/**
 * The start of a command line: in a mount namespace of its own makes these paths of the host read-only, then becomes what follows. It
 * ends with 125 and its shell's words when it cannot. gVisor alone does not keep a file from being emptied: a release of 2024 opens
 * with O_TRUNC what is mounted read-only, and answers with an error only after.
 */
export function keepReadOnly(paths: readonly string[]): string[] {
  const namespaces = process.getuid?.() === 0 ? ["--mount"] : ["--user", "--map-root-user", "--mount"];
  return ["unshare", ...namespaces, "--", "/bin/sh", "-c", script, "sh", String(paths.length), ...paths];
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
