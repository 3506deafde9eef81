import { AppError } from "../../core/base/index.ts";

/** A mount that a sandbox's start command makes. */
export interface Mount {
  readonly kind: "bind" | "overlay";
  readonly options: readonly string[];
  readonly source: string;
  readonly target: string;
}

/**
 * Returns the start of a command line that mounts file systems in a new mount namespace and then executes the arguments that follow. The
 * mounts vanish with the last process of the sandbox, even if the server was killed. The namespace receives unmounts of the host, so that
 * it keeps no mount of another session. If a mount fails, the command prints the error and exits with 125.
 */
export function enterMounts(mounts: readonly Mount[]): string[] {
  return [
    ...["unshare", "--mount", "--propagation", "slave", "--", "/bin/sh", "-c", script, "sh"],
    String(mounts.length),
    ...mounts.flatMap(({ kind, options, source, target }) => [kind, options.join(","), source, target]),
  ];
}

/** Returns the bind mount of a folder whose files have other owners. `map` is in the form of mount(8): `b:` and first IDs on disk and here. */
export function idmappedBind(
  source: string,
  target: string,
  map: string,
  options: readonly string[] = [],
): Mount {
  return { kind: "bind", options: [`X-mount.idmap=${map}`, "nosuid", "nodev", ...options], source, target };
}

/** The kernel's newer interface for mounts limits an option to 255 bytes, which the paths of an overlay exceed. */
const script = `
left=$1
shift
while [ "$left" -gt 0 ]; do
  if [ "$1" = overlay ]; then
    LIBMOUNT_FORCE_MOUNT2=always mount -n -t overlay -o "$2" -- "$3" "$4" || exit 125
  else
    mount -n --bind -o "$2" -- "$3" "$4" || exit 125
  fi
  shift 4
  left=$((left - 1))
done
exec "$@"`;

/** Folders of an overlay. `lowers` lists the lowest first. */
export interface OverlayFolders {
  readonly lowers: readonly string[];
  readonly upper: string;
  readonly work: string;
}

/**
 * Returns the mount of an overlay by root. No attribute of a file can redirect the kernel to another path. Throws `sandbox_unavailable` if
 * a path contains a character that separates options.
 */
export function overlayMount({ lowers, upper, work }: OverlayFolders, target: string): Mount {
  const unusable = [...lowers, upper, work].find((path) => /[,:\\"]/.test(path));
  if (unusable !== undefined)
    throw new AppError(
      "sandbox_unavailable",
      `A prepared system cannot be mounted from ${unusable}, because the path contains a comma, colon, quote or backslash. Set TEMBO_DATA_DIR to another folder.`,
    );
  return {
    kind: "overlay",
    // The kernel expects the highest first.
    options: [
      ...["nosuid", "nodev", "redirect_dir=nofollow", "metacopy=off", "index=off", "userxattr"],
      ...[`lowerdir=${lowers.toReversed().join(":")}`, `upperdir=${upper}`, `workdir=${work}`],
    ],
    source: "overlay",
    target,
  };
}
