import { spawn } from "node:child_process";
import { specOf } from "../../../../server/src/sandbox/testing/run-in-sandbox.ts";
import { collect } from "./collect.ts";
import type { Script } from "./script.ts";
import { runIn, type Stage, scriptLimitMs } from "./stage.ts";

/** Runs a probe's script without the guard under test. Returns the script's output. */
export type Control = (script: Script, stage: Stage) => Promise<string>;

/** Runs the script as root on the host, without any guard. */
export const asRoot: Control = (script, stage) => runOutside(script, stage);

/** Runs the script as root on the host, in a mount namespace that ends with it. */
export const asRootWithOwnMounts: Control = (script, stage) =>
  asRoot(["unshare", "--mount", "--", ...script], stage);

/** Runs another script as root on the host, if the attack itself would harm the host. */
export const asRootInstead =
  (script: Script): Control =>
  (_, stage) =>
    asRoot(script, stage);

/** Runs the script in a sandbox whose mounts cover the master key, instead of leaving it out. */
export const inBubblewrapWithCoveredKey: Control = (script, stage) => {
  const mounts = ["--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev", "--tmpfs", stage.dataDir];
  return asRoot(["bwrap", "--die-with-parent", ...mounts, "--cap-add", "ALL", "--", ...script], stage);
};

/** Runs the script as root of the host in a new process namespace, of which a shell is the first process. */
export const asRootBesideInit: Control = (script, stage) =>
  asRoot(["unshare", "--pid", "--fork", "--mount-proc", "sh", "-c", '"$@"; true', "sh", ...script], stage);

/** Runs the script as the session's user outside any sandbox. Only file modes and user IDs restrict it. */
export const asUser: Control = (script, stage) => runOutside([...userOf(stage), ...script], stage);

/** Runs the script as root of the stage's system. */
export const asRootOfSystem: Control = async (script, stage) => {
  const { system } = stage.spec;
  if (system === null || system.profile === "builder") throw new Error("The stage has no system of layers.");
  const sandbox = await stage.provider.create({ ...specOf(3), system: { ...system, profile: "root" } });
  try {
    return await runIn(sandbox, script, stage.places);
  } finally {
    await sandbox.stop();
  }
};

export interface Bareness {
  /** Namespaces that are shared with the host. */
  readonly share?: readonly ("net" | "pid" | "ipc" | "uts")[];
  /** Names of the folders to mount with write access. */
  readonly mount?: readonly string[];
  /** Command that runs before bwrap, such as a shell that raises a limit. */
  readonly before?: readonly string[];
}

/** Runs the script in plain bubblewrap as the session's user, without the system call filter and without limits. */
export function inBareBubblewrap({ share = [], mount = [], before = [] }: Bareness = {}): Control {
  return (script, stage) => {
    const unshared = (["user", "net", "pid", "ipc", "uts", "cgroup"] as const).filter(
      (name) => !(share as readonly string[]).includes(name),
    );
    const folders = mount.flatMap((name) => {
      const path = stage.places[name];
      if (path === undefined) throw new Error(`Unknown place ${name}.`);
      return ["--bind", path, path];
    });
    const bwrap = [
      "bwrap",
      ...unshared.map((name) => `--unshare-${name}`),
      ...["--die-with-parent", "--new-session", "--ro-bind", "/usr", "/usr"],
      ...["--symlink", "usr/bin", "/bin", "--symlink", "usr/lib", "/lib", "--symlink", "usr/lib64", "/lib64"],
      ...["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"],
      ...["--ro-bind", stage.nodeFolder, stage.nodeFolder],
      ...["--bind", stage.folders.workspacePath, "/workspace", "--chdir", "/workspace"],
      ...folders,
    ];
    return runOutside([...before, ...userOf(stage), ...bwrap, "--", ...script], stage);
  };
}

function userOf({ owner: { uid, gid } }: Stage): Script {
  return ["setpriv", "--reuid", String(uid), "--regid", String(gid), "--clear-groups", "--"];
}

async function runOutside([program, ...args]: readonly string[], stage: Stage): Promise<string> {
  const { places, folders, nodeFolder } = stage;
  const child = spawn(program!, args, {
    cwd: folders.workspacePath,
    env: { PATH: `${nodeFolder}:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin`, TMPDIR: "/tmp", ...places },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: scriptLimitMs,
    killSignal: "SIGKILL",
  });
  const [out, err] = await Promise.all([collect(child.stdout), collect(child.stderr)]);
  return out + err;
}
