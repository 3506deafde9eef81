import { type ChildProcess, execFile, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import type { Storage } from "../../../images/testing/storage.ts";

/** A machine with podman and Docker Compose, but without systemd. */
export interface ComposeMachine {
  /** Copy of deploy/compose, in which the programs run. */
  readonly folder: string;
  /** Runs a program to its end. Returns its standard output. Throws with its output if it fails. */
  run(file: string, ...args: readonly string[]): Promise<string>;
  /** Starts a program, whose errors appear in the output of this process. */
  start(...argv: readonly string[]): ChildProcess;
  /** Ends all programs and containers. Their files remain in the storage. Further calls change nothing. */
  close(): Promise<void>;
}

/** A file of each Debian package that the images and the machine need. */
export const neededPackages = {
  "aardvark-dns": "/usr/lib/podman/aardvark-dns",
  buildah: "/usr/bin/buildah",
  crun: "/usr/bin/crun",
  "docker-compose": "/usr/bin/docker-compose",
  iproute2: "/bin/ip",
  mmdebstrap: "/usr/bin/mmdebstrap",
  netavark: "/usr/lib/podman/netavark",
  nftables: "/usr/sbin/nft",
  podman: "/usr/bin/podman",
};

const run = promisify(execFile);
const deploy = join(import.meta.dirname, "../../../deploy");

// The first process ends with its input, and the kernel then ends all others. It reaps the processes that monitor containers. All processes
// are in one control group, because podman moves those that are in none. A machine has one hierarchy of version 2, which crun requires.
const setUp = `
mount -t cgroup2 tembo /sys/fs/cgroup
mkdir "/sys/fs/cgroup/$3"
echo 0 >"/sys/fs/cgroup/$3/cgroup.procs"
mount -t tmpfs -o mode=755 tembo /run
mount -t tmpfs -o mode=1777 tembo /dev/shm
mount --bind "$1" /etc/hosts
ip link set lo up
exec 3<&0
cat <&3 &
input=$!
podman system service --time 0 "unix://$2" >&2 &
tries=600
until [ -S "$2" ]; do kill -0 $!; [ $((tries -= 1)) -gt 0 ]; sleep 0.1; done
echo ready
wait "$input"`;

const removeGroup = `
mount -t cgroup2 tembo /sys/fs/cgroup
[ ! -e "/sys/fs/cgroup/$1" ] || rmdir "/sys/fs/cgroup/$1"`;

/**
 * Creates a machine that has the images of the storage: namespaces for processes, mounts and the network, which is connected to nothing. The
 * name `server` leads to the machine, as a user of the default settings would add it to /etc/hosts. Requires root.
 */
export async function createComposeMachine(storage: Storage): Promise<ComposeMachine> {
  const home = storage.path("machine");
  const folder = join(home, "deploy/compose");
  for (const name of ["compose", "seccomp"])
    cpSync(join(deploy, name), join(home, "deploy", name), { recursive: true });
  const path = (name: string) => join(home, name);
  writeFileSync(path("hosts"), `${readFileSync("/etc/hosts", "utf8")}\n127.0.0.1 server\n`);
  writeFileSync(path("containers.conf"), settingsOf(home));
  mkdirSync(path("networks"));
  const env = {
    PATH: process.env.PATH,
    HOME: home,
    CONTAINERS_STORAGE_CONF: storage.env.CONTAINERS_STORAGE_CONF,
    CONTAINERS_CONF: path("containers.conf"),
    PODMAN_IGNORE_CGROUPSV1_WARNING: "1",
    DOCKER_HOST: `unix://${path("podman.sock")}`,
  };
  const namespaces = ["--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"];
  const group = basename(storage.path("."));
  const shell = ["sh", "-euc", setUp, "sh", path("hosts"), path("podman.sock"), group];
  const holder = spawn("unshare", [...namespaces, ...shell], { env, stdio: ["pipe", "pipe", "inherit"] });
  const ended = once(holder, "exit");
  const first = await Promise.race([once(holder.stdout, "data"), ended]);
  const close = async () => {
    holder.stdin.end();
    await ended;
    execFileSync("unshare", ["--mount", "sh", "-euc", removeGroup, "sh", group]);
  };
  if (String(first[0]) !== "ready\n") {
    await close();
    throw new Error("podman could not start; its output is above.");
  }
  const { pid } = holder;
  const enter = [
    ...["--target", String(pid), "--mount", "--net", `--pid=/proc/${pid}/ns/pid_for_children`],
    ...[`--wdns=${folder}`, "sh", "-euc", 'echo 0 >"/sys/fs/cgroup/$0/cgroup.procs"; exec "$@"', group],
  ];
  return {
    folder,
    run: async (...argv) => {
      try {
        return (await run("nsenter", [...enter, ...argv], { env, maxBuffer: 64 * 1024 ** 2 })).stdout;
      } catch (cause) {
        const { stdout = "", stderr = "" } = cause as { stdout?: string; stderr?: string };
        throw new Error(`${argv.join(" ")} failed:\n${stdout}${stderr}`, { cause });
      }
    },
    start: (...argv) => spawn("nsenter", [...enter, ...argv], { env, stdio: ["pipe", "pipe", "inherit"] }),
    close,
  };
}

function settingsOf(home: string): string {
  return `
[containers]
seccomp_profile = "${home}/deploy/seccomp/tembo.json"
# By default, podman uses the journal and the control groups of systemd.
log_driver = "k8s-file"
cgroups = "disabled"
[engine]
events_logger = "file"
cgroup_manager = "cgroupfs"
# runc requires control groups.
runtime = "crun"
[network]
network_config_dir = "${home}/networks"
`;
}
