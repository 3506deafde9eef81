import type { SystemProfile } from "../../core/turns/index.ts";
import type { HostLayout } from "../folders/host-layout.ts";
import type { LocalSpec } from "../folders/session-folders.ts";
import { inside } from "../inside/places.ts";
import type { SessionFiles } from "../inside/session-files.ts";
import type { FilteredPrograms } from "../seccomp/system-calls.ts";
import { mountingCapabilities, rootCapabilities } from "../system/root-capabilities.ts";

/**
 * File descriptors that bubblewrap inherits. It writes the pid of the sandbox's first process to `infoDescriptor`, and reads the system
 * call filter from `filterDescriptor`.
 */
export const infoDescriptor = 4;
export const filterDescriptor = 5;

const mebibyte = 1024 ** 2;

const kernelSettings = "/proc/sys";

/**
 * Sizes of the in-memory file systems. They count toward the sandbox's memory limit. Separate sizes prevent one file system from using the
 * whole limit.
 */
const tmpfsBytes = {
  /** Package managers and compilers unpack large files here. */
  tmp: 1024 * mebibyte,
  /** Contains sockets and pid files. */
  run: 64 * mebibyte,
  /** Docker's default. */
  shm: 64 * mebibyte,
} as const;

export interface BubblewrapInput {
  readonly spec: Pick<
    LocalSpec,
    "workspacePath" | "homePath" | "socketsPath" | "readOnlyPaths" | "isWorkspaceReadOnly"
  >;
  /** Returns the host path whose contents the sandbox sees at a read-only path. */
  readonly sourceOf: (readOnlyPath: string) => string;
  readonly layout: HostLayout;
  readonly files: SessionFiles;
  /** Folder that contains `node`. */
  readonly nodeFolder: string;
  /** Command, inside the sandbox, that runs init. */
  readonly perl: readonly string[];
  /** Prepared system, or null for the programs of this machine. */
  readonly system: SystemArguments | null;
  /** `builder` builds images with the programs of this machine. */
  readonly programs: FilteredPrograms;
  /** If false, omits the system call filter. Only a test uses this, as a control. */
  readonly hasFilter: boolean;
}

export interface SystemArguments {
  /** Options that mount the root file system. */
  readonly root: readonly string[];
  readonly perlFolder: string;
  readonly profile: SystemProfile;
  /** Host path of the folder with programs for profile `root`, or null. */
  readonly programsFolder: string | null;
  /** Host paths of the folders with podman's configuration and with its images, or null if programs cannot run containers. */
  readonly containers: { readonly config: string; readonly storage: string } | null;
}

/**
 * Returns the arguments of bwrap(1), up to and including init. The order matters: a later mount covers an earlier one, and the root
 * must not become read-only before every mount point exists.
 */
export function buildArguments(input: BubblewrapInput): string[] {
  const { spec, sourceOf, layout, files, nodeFolder, perl, system, programs, hasFilter } = input;
  return [
    ...isolation(capabilitiesOf(system, programs), programs),
    ...["--info-fd", String(infoDescriptor)],
    ...(hasFilter ? ["--seccomp", String(filterDescriptor)] : []),
    ...(system === null ? machineRoot(layout) : system.root),
    // Root in a prepared system creates users of its own.
    ...(system?.profile === "root"
      ? []
      : ["--ro-bind", files.passwd, "/etc/passwd", "--ro-bind", files.group, "/etc/group"]),
    ...["--ro-bind", files.hosts, "/etc/hosts"],
    ...["--ro-bind", files.gitConfig, "/etc/gitconfig"],
    ...["--proc", "/proc", "--ro-bind", kernelSettings, kernelSettings, "--dev", "/dev"],
    ...emptyFolder("/dev/shm", tmpfsBytes.shm, "1777"),
    ...["--remount-ro", "/dev"],
    ...emptyFolder("/tmp", tmpfsBytes.tmp, "1777"),
    ...emptyFolder("/run", tmpfsBytes.run, "0755"),
    // buildah keeps small files in /var, and binds /sys into the file system of a step.
    ...(programs === "builder" ? [...emptyFolder("/var", tmpfsBytes.run, "0755"), "--dir", "/sys"] : []),
    ...(system?.containers ? containersMounts(system.containers) : []),
    ...["--bind", spec.homePath, inside.homePath],
    ...[spec.isWorkspaceReadOnly ? "--ro-bind" : "--bind", spec.workspacePath, inside.workspacePath],
    ...["--ro-bind", nodeFolder, nodeFolder],
    ...spec.readOnlyPaths.flatMap((path) => ["--ro-bind", sourceOf(path), path]),
    ...["--ro-bind", files.init, inside.initPath],
    ...(system === null ? [] : ["--ro-bind", system.perlFolder, inside.perlPath]),
    ...(system?.programsFolder ? ["--ro-bind", system.programsFolder, inside.programsPath] : []),
    ...certificateMounts(files, system === null ? layout.bundles : []),
    ...["--ro-bind", spec.socketsPath, inside.socketsPath],
    ...(system === null ? ["--remount-ro", "/"] : []),
    ...["--chdir", "/", "--", ...perl, inside.initPath],
  ];
}

/**
 * Returns the host paths that these arguments of bwrap(1) mount read-only, except that of the kernel's settings. With a locked mount below
 * /proc, a user namespace could not mount one of its own.
 */
export function readOnlySources(bwrapArguments: readonly string[]): string[] {
  const sources = bwrapArguments.filter((_, index) => bwrapArguments[index - 1] === "--ro-bind");
  return [...new Set(sources)].filter((path) => path !== kernelSettings);
}

/** Returns the capabilities of init, or null if it runs as an ordinary user. */
function capabilitiesOf(
  system: SystemArguments | null,
  programs: FilteredPrograms,
): readonly string[] | null {
  if (programs !== "session") return mountingCapabilities;
  return system?.profile === "root" ? rootCapabilities : null;
}

/** Root already runs in a user namespace, and keeps the capabilities that its programs need. */
function isolation(capabilities: readonly string[] | null, programs: FilteredPrograms): string[] {
  const ofRoot = ["--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-net"];
  const namespaces = capabilities
    ? [...ofRoot, ...(programs === "containers" ? [] : ["--unshare-cgroup-try"])]
    : ["--unshare-all"];
  return [
    ...namespaces,
    ...["--as-pid-1", "--die-with-parent", "--new-session", "--cap-drop", "ALL"],
    ...(capabilities ?? []).flatMap((name) => ["--cap-add", name]),
    ...["--hostname", inside.user],
  ];
}

function machineRoot({ rootEntries, systemFiles }: HostLayout): string[] {
  return [
    ...["--ro-bind", "/usr", "/usr"],
    ...rootEntries.flatMap(({ path, target }) =>
      target === null ? ["--ro-bind", path, path] : ["--symlink", target, path],
    ),
    ...systemFiles.flatMap((path) => ["--ro-bind", path, path]),
  ];
}

/**
 * Returns the arguments of setpriv(1) that irrevocably switch to the session's user before bubblewrap starts. Root inside a user namespace
 * would still be root outside it.
 */
export function dropPrivileges(uid: number, gid: number): string[] {
  return ["--reuid", String(uid), "--regid", String(gid), "--clear-groups", "--no-new-privs", "--"];
}

function emptyFolder(path: string, bytes: number, mode: string): string[] {
  return ["--perms", mode, "--size", String(bytes), "--tmpfs", path];
}

/** podman needs a folder for control groups, although it uses none. */
function containersMounts({ config, storage }: NonNullable<SystemArguments["containers"]>): string[] {
  return [
    ...emptyFolder("/sys", mebibyte, "0755"),
    ...["--perms", "0755", "--dir", "/sys/fs", "--perms", "0755", "--dir", "/sys/fs/cgroup"],
    ...["--remount-ro", "/sys"],
    ...["--ro-bind", config, inside.containersPath],
    ...["--bind", storage, inside.containersStoragePath],
  ];
}

/**
 * Returns the arguments that mount the certificates. Also mounts them over the system's own bundles, for programs that ignore the environment
 * variables.
 */
function certificateMounts({ certificates }: SessionFiles, bundles: readonly string[]): string[] {
  if (certificates === null) return [];
  return [
    ...["--ro-bind", certificates.all, inside.certificatesPath],
    ...["--ro-bind", certificates.trusted, inside.trustedCertificatePath],
    ...bundles.flatMap((path) => ["--ro-bind", certificates.all, path]),
  ];
}
