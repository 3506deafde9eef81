import type { SandboxSpec } from "../../core/ports/sandbox.ts";
import type { HostLayout } from "./host-layout.ts";
import type { IdentityFiles } from "./identity-files.ts";
import { inside } from "./inside.ts";

/** Descriptor on which bubblewrap tells the pid of the sandbox's first process. */
const infoDescriptor = 4;

export interface BubblewrapInput {
  readonly spec: Pick<SandboxSpec, "workspacePath" | "homePath" | "readOnlyPaths" | "doors">;
  readonly layout: HostLayout;
  readonly identity: IdentityFiles;
  /** Folder that holds `node`. */
  readonly nodeFolder: string;
}

/**
 * The arguments of bwrap(1), up to and with the launcher. Order matters: a later mount covers an earlier one, and the
 * root is made read-only when every mount point exists.
 */
export function buildArguments({ spec, layout, identity, nodeFolder }: BubblewrapInput): string[] {
  return [
    ...[
      "--unshare-all",
      "--die-with-parent",
      "--new-session",
      "--cap-drop",
      "ALL",
      "--hostname",
      inside.user,
    ],
    ...["--info-fd", String(infoDescriptor)],
    ...["--ro-bind", "/usr", "/usr"],
    ...layout.rootEntries.flatMap(({ path, target }) =>
      target === null ? ["--ro-bind", path, path] : ["--symlink", target, path],
    ),
    ...layout.systemFiles.flatMap((path) => ["--ro-bind", path, path]),
    ...["--ro-bind", identity.passwd, "/etc/passwd"],
    ...["--ro-bind", identity.group, "/etc/group"],
    ...["--ro-bind", identity.hosts, "/etc/hosts"],
    ...["--proc", "/proc", "--dev", "/dev"],
    ...["--perms", "1777", "--tmpfs", "/tmp", "--tmpfs", "/run"],
    ...["--bind", spec.homePath, inside.homePath],
    ...["--bind", spec.workspacePath, inside.workspacePath],
    ...[nodeFolder, ...spec.readOnlyPaths].flatMap((path) => ["--ro-bind", path, path]),
    ...["--ro-bind", identity.launcher, inside.launcherPath],
    // A program that needs no model may run before the gateway opens.
    ...["--ro-bind-try", spec.doors.model, inside.modelSocketPath],
    ...["--remount-ro", "/", "--chdir", "/"],
    ...["--", `${nodeFolder}/node`, inside.launcherPath],
  ];
}

/** Becomes the session's user for good before bubblewrap starts: inside a user namespace root would stay root outside. */
export function dropPrivileges(uid: number, gid: number): string[] {
  return ["--reuid", String(uid), "--regid", String(gid), "--clear-groups", "--no-new-privs", "--"];
}

/** The environment of a command: exactly what was asked for, over the five that every program expects. */
export function buildEnvironment(
  env: Readonly<Record<string, string>>,
  nodeFolder: string,
): Record<string, string> {
  return {
    HOME: inside.homePath,
    PATH: `${nodeFolder}:/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin`,
    USER: inside.user,
    LANG: "C.UTF-8",
    TMPDIR: "/tmp",
    ...env,
  };
}
