import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { requireNoNetwork } from "./offline.ts";

/** Environment that systemd gives to a service that runs as root. */
const unitEnvironment = { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin", LANG: "C.UTF-8" };
const maxBytes = 64 * 1024 * 1024;

/** The file system of this machine, with changes that only processes of its mount namespace see, and that end with it. */
export interface DebianRoot {
  /** Runs a program to its end. Returns its standard output. Throws with its output if it fails. */
  run(argv: readonly string[], input?: string): string;
  /** Starts a program with these variables and those of a systemd unit. */
  start(argv: readonly string[], env: Readonly<Record<string, string>>): ChildProcess;
  close(): Promise<void>;
}

// The upper folder of an overlay cannot be below its lower folder, so it is on a tmpfs. A sandbox cannot create user
// namespaces in a chroot, so the overlay becomes the root of the namespace.
const setUp = `
mount -t tmpfs -o size=4g,mode=755 tembo /mnt
mkdir /mnt/upper /mnt/work /mnt/root
mount -t overlay -o lowerdir=/,upperdir=/mnt/upper,workdir=/mnt/work overlay /mnt/root
cd /mnt/root
mkdir -p ".$1"
for folder in proc sys dev "$1"; do mount --rbind "/$folder" "./$folder"; done
mount -t tmpfs -o mode=755 tembo run
mkdir -p srv/harnesses srv/release old
[ -z "$3" ] || mount --bind "$3" srv/harnesses
mount --bind "$4" srv/release
pivot_root . old
umount --lazy /old
rmdir /old
mount -t tmpfs tembo "$2"
rm -f /usr/bin/node /usr/local/bin/node /usr/sbin/policy-rc.d
echo ready
exec cat`;

/** Folder of the installed harnesses of the tests in the root. */
export const harnessFolder = "/srv/harnesses";
/** Folder of the release's files in the root, because the folder of CI is in the clone. */
export const releaseFolder = "/srv/release";

/**
 * Creates a root without the clone, without Node and without the policy of images that no service starts. Its folder for temporary files is
 * the one of the machine. Requires root.
 */
export async function createDebianRoot(release: string): Promise<DebianRoot> {
  requireNoNetwork();
  const clone = join(import.meta.dirname, "../..");
  const harnesses = process.env.TEMBO_TEST_HARNESS_DIR ?? "";
  const shell = ["sh", "-euc", setUp, "sh", tmpdir(), clone, harnesses, release];
  const holder = spawn("unshare", ["--mount", "--propagation", "private", ...shell], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = once(holder, "exit");
  const first = await Promise.race([once(holder.stdout, "data"), ended]);
  if (String(first[0]) !== "ready\n") throw new Error("The root could not be created; its output is above.");
  const enter = ["--target", String(holder.pid), "--mount", "--wdns=/", "env", "--ignore-environment"];
  const command = (argv: readonly string[], env: Readonly<Record<string, string>>) => [
    ...enter,
    ...Object.entries({ ...unitEnvironment, ...env }).map(([name, value]) => `${name}=${value}`),
    ...argv,
  ];
  return {
    run: (argv, input = "") =>
      execFileSync("nsenter", command(argv, {}), {
        input,
        encoding: "utf8",
        maxBuffer: maxBytes,
        stdio: "pipe",
      }),
    start: (argv, env) => spawn("nsenter", command(argv, env), { stdio: ["ignore", "pipe", "pipe"] }),
    close: async () => {
      holder.stdin.end();
      await ended;
    },
  };
}
