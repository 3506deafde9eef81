import { readFileSync } from "node:fs";
import { AppError } from "../../core/base/index.ts";
import { interpreter } from "../init/init-text.ts";

/** A mount that a sandbox's start command makes. */
export type Mount = BindMount | OverlayMount;

export interface BindMount {
  readonly kind: "writable" | "read-only";
  /** Translates the owners of the files. If it is not empty, the mount ignores setuid bits and devices. */
  readonly map: IdMap;
  readonly source: string;
  readonly target: string;
}

/** Ranges of IDs: the first on disk or in the user namespace, the first on the host and their number. */
export type IdMap = readonly (readonly [inside: number, outside: number, count: number])[];

export interface OverlayMount {
  readonly kind: "overlay";
  readonly options: string;
  readonly target: string;
}

/** Text of the program. Root of a user namespace may have no access to the file. */
const program = readFileSync(new URL("enter-mounts.pl", import.meta.url), "utf8");

export interface EnterOptions {
  /** Users of a namespace in which the command is root, without any right outside. Empty for root of the host. */
  readonly users?: IdMap;
  /** True if the command has a namespace of control groups. */
  readonly hasOwnControlGroups?: boolean;
}

/**
 * Returns the start of a command line that mounts file systems in a new mount namespace and then executes the arguments that follow. The
 * mounts vanish with the last process of the sandbox, even if the server was killed. The namespace receives unmounts of the host, so that
 * it keeps no mount of another session. If a step fails, the command prints the error and exits with 125.
 */
export function enterMounts(
  mounts: readonly Mount[],
  { users = [], hasOwnControlGroups = false }: EnterOptions = {},
): string[] {
  const settings = [process.arch, hasOwnControlGroups ? "1" : "", textOf(users), String(mounts.length)];
  return [interpreter, "-e", program, "--", ...settings, ...mounts.flatMap(wordsOf)];
}

function wordsOf(mount: Mount): string[] {
  return mount.kind === "overlay"
    ? [mount.kind, mount.options, "overlay", mount.target]
    : [mount.kind, textOf(mount.map), mount.source, mount.target];
}

const textOf = (map: IdMap) => map.map((range) => range.join(" ")).join("\n");

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
export function overlayMount({ lowers, upper, work }: OverlayFolders, target: string): OverlayMount {
  const unusable = [...lowers, upper, work].find((path) => /[,:\\"]/.test(path));
  if (unusable !== undefined)
    throw new AppError(
      "sandbox_unavailable",
      `A prepared system cannot be mounted from ${unusable}, because the path contains a comma, colon, quote or backslash. Set TEMBO_DATA_DIR to another folder.`,
    );
  const options = [
    ...["redirect_dir=nofollow", "metacopy=off", "index=off", "userxattr"],
    // The kernel expects the highest first.
    ...[`lowerdir=${lowers.toReversed().join(":")}`, `upperdir=${upper}`, `workdir=${work}`],
  ];
  return { kind: "overlay", options: options.join(","), target };
}
