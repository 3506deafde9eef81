import { chmodSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { publish } from "../inside/session-files.ts";

/**
 * Writes the programs of profile `root` to a folder that every user can read. Returns the folder. Setuid programs have no effect in a sandbox,
 * so `sudo` only runs its command, if necessary as another user.
 */
export function publishPrograms(folder: string): string {
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o755);
  publish(join(folder, "sudo"), sudo, 0o755);
  return folder;
}

const sudo = `#!/bin/sh
user=
while :; do
  case "\${1-}" in
    -u | --user) user=\${2-}; shift 2 || exit 1 ;;
    --user=*) user=\${1#*=}; shift ;;
    -g | -C | -p | -h | -r | -t | -T) shift 2 || exit 1 ;;
    -i | -s) shift; [ $# -gt 0 ] || set -- "\${SHELL:-/bin/sh}" ;;
    --) shift; break ;;
    -*) shift ;;
    *) break ;;
  esac
done
[ $# -gt 0 ] || exit 0
case "$user" in
  "" | root | "#0") exec env -- "$@" ;;
  *) exec runuser -u "$user" -- env -- "$@" ;;
esac
`;
