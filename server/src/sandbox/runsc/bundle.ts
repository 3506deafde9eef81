import type { SandboxSystem } from "../../core/turns/index.ts";
import type { HostLayout } from "../folders/host-layout.ts";
import type { LocalSpec } from "../folders/session-folders.ts";
import { inside } from "../inside/places.ts";
import type { SessionFiles } from "../inside/session-files.ts";
import { rootCapabilities } from "../system/root-capabilities.ts";

export interface BundleInput {
  readonly spec: Pick<
    LocalSpec,
    "workspacePath" | "homePath" | "socketsPath" | "readOnlyPaths" | "isWorkspaceReadOnly" | "limits"
  >;
  readonly layout: HostLayout;
  readonly files: SessionFiles;
  readonly nodeFolder: string;
  /** Command, inside the container, that runs init. */
  readonly perl: readonly string[];
  /** Prepared system, or null for the programs of this machine. */
  readonly system: BundleSystem | null;
  /** Folder that contains the mount points. */
  readonly rootPath: string;
  readonly users: Users;
}

export interface BundleSystem extends Pick<SandboxSystem, "profile" | "env"> {
  readonly perlFolder: string;
  /** Host path of the folder with programs for profile `root`, or null. */
  readonly programsFolder: string | null;
}

/** `inside` is the user of programs in the sandbox. `sentryUid` is the host user of gVisor itself, or null if the server is not root. */
export interface Users {
  readonly inside: { readonly uid: number; readonly gid: number };
  readonly sentryUid: number | null;
}

interface Mount {
  readonly destination: string;
  readonly type: "bind" | "tmpfs" | "proc";
  readonly source: string;
  readonly options?: readonly string[];
}

const mebibyte = 1024 ** 2;

/** Returns the container's mounts. A later mount covers an earlier one. Programs see the same paths as in any other sandbox. */
export function listMounts({ spec, layout, files, nodeFolder, system }: BundleInput): Mount[] {
  const certificates =
    files.certificates === null
      ? []
      : [
          bind(files.certificates.all, inside.certificatesPath),
          bind(files.certificates.trusted, inside.trustedCertificatePath),
          ...(system === null ? layout.bundles : []).map((path) => bind(files.certificates!.all, path)),
        ];
  return [
    { destination: "/proc", type: "proc", source: "proc" },
    { destination: "/dev", type: "tmpfs", source: "tmpfs", options: ["mode=0755"] },
    empty("/dev/shm", 64, "1777"),
    empty("/tmp", 1024, "1777"),
    empty("/run", 64, "0755"),
    // Without this mount, gVisor would create this folder as the parent of other mounts and make it writable by every user.
    empty("/run/tembo", 1, "0755"),
    ...(system === null ? bindMachine(layout) : [bind(system.perlFolder, inside.perlPath)]),
    ...(system?.programsFolder ? [bind(system.programsFolder, inside.programsPath)] : []),
    // Root in a prepared system creates users of its own.
    ...(system?.profile === "root"
      ? []
      : [bind(files.passwd, "/etc/passwd"), bind(files.group, "/etc/group")]),
    bind(files.hosts, "/etc/hosts"),
    bind(files.gitConfig, "/etc/gitconfig"),
    bind(spec.homePath, inside.homePath, "rw"),
    bind(spec.workspacePath, inside.workspacePath, spec.isWorkspaceReadOnly ? "ro" : "rw"),
    ...[nodeFolder, ...spec.readOnlyPaths].map((path) => bind(path)),
    bind(files.init, inside.initPath),
    ...certificates,
    bind(spec.socketsPath, inside.socketsPath),
  ];
}

function bindMachine({ rootEntries, systemFiles }: HostLayout): Mount[] {
  const folders = rootEntries.filter(({ target }) => target === null).map(({ path }) => path);
  return ["/usr", ...folders, ...systemFiles].map((path) => bind(path));
}

/** Capabilities with which init becomes the session's user, kills its processes and connects to its sockets. */
const initCapabilities = ["CAP_SETUID", "CAP_SETGID", "CAP_SETPCAP", "CAP_KILL", "CAP_DAC_OVERRIDE"];

/** Returns the configuration of an OCI container (opencontainers/runtime-spec 1.0, config.json). */
export function describeContainer(input: BundleInput): object {
  const { spec, rootPath, users, perl, system } = input;
  const isRoot = system?.profile === "root";
  const fileSize = spec.limits.diskBytes;
  const held = isRoot ? rootCapabilities : users.inside.uid === 0 ? [] : initCapabilities;
  return {
    ociVersion: "1.0.2",
    hostname: inside.user,
    root: { path: rootPath, readonly: system === null },
    process: {
      terminal: false,
      // A user of its own, so that programs cannot signal or trace init, which gVisor would otherwise allow. init gives each program the
      // session's user and no capabilities.
      user: { uid: 0, gid: 0 },
      args: [...perl, inside.initPath],
      env: ["PATH=/usr/bin:/bin", "LANG=C.UTF-8"],
      cwd: "/",
      noNewPrivileges: true,
      capabilities: { bounding: held, effective: held, inheritable: [], permitted: held, ambient: [] },
      // These limits apply to programs inside the sandbox. gVisor's host process has no such limits, because it stores the memory of all
      // programs in one file.
      rlimits: [
        { type: "RLIMIT_FSIZE", hard: fileSize, soft: fileSize },
        { type: "RLIMIT_CORE", hard: 0, soft: 0 },
      ],
    },
    mounts: listMounts(input),
    linux: {
      namespaces: ["pid", "network", "ipc", "uts", "mount"].map((type) => ({ type })),
      ...(users.sentryUid !== null && mapUsers(users.inside, users.sentryUid)),
    },
  };
}

/**
 * Maps two users into the user namespace in which gVisor runs. The namespace's root is a separate unprivileged user on the host. The
 * session's user has the same ID inside and outside. A program that escapes gVisor is not root on the host and cannot access the files of
 * other sessions.
 */
function mapUsers(session: Users["inside"], sentryUid: number) {
  const map = (id: number) => [
    { containerID: 0, hostID: sentryUid, size: 1 },
    { containerID: id, hostID: id, size: 1 },
  ];
  return {
    namespaces: ["pid", "network", "ipc", "uts", "mount", "user"].map((type) => ({ type })),
    uidMappings: map(session.uid),
    gidMappings: map(session.gid),
  };
}

function bind(source: string, destination = source, access: "ro" | "rw" = "ro"): Mount {
  return { destination, type: "bind", source, options: ["rbind", access, "nosuid", "nodev"] };
}

function empty(destination: string, mebibytes: number, mode: string): Mount {
  const size = `size=${mebibytes * mebibyte}`;
  return { destination, type: "tmpfs", source: "tmpfs", options: ["nosuid", "nodev", `mode=${mode}`, size] };
}
