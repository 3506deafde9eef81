import { layerOwner } from "../../../server/src/layers/create-layers.ts";
import { testUidBase } from "../../../server/src/sandbox/testing/run-in-sandbox.ts";
import { asRoot, type Control } from "./support/controls.ts";
import { onStage } from "./support/probe.ts";
import { perl, type Script, sh, syscall } from "./support/script.ts";

// A Dockerfile runs in a sandbox whose root can bind mounts. The scripts have all of its capabilities, although the steps
// of a Dockerfile lose CAP_SYS_ADMIN.
const mount = () => Promise.reject(new Error("A builder has no layers."));
const layers = { mount, firstId: layerOwner(testUidBase)?.firstId ?? 0 };
const { probe } = onStage({ system: { profile: "builder" }, layers });

/** Runs another script as root on the host, if the attack itself would harm the host. */
const asRootInstead =
  (script: Script): Control =>
  (_, stage) =>
    asRoot(script, stage);
/** Runs the script as root on the host, in a mount namespace that ends with it. */
const asRootWithOwnMounts: Control = (script, stage) =>
  asRoot(["unshare", "--mount", "--", ...script], stage);

/** Later probes need the mounts of the sandbox. */
const inOwnMounts = (text: string): Script => ["unshare", "--mount", "--", "sh", "-c", text];
const unmountAll =
  "for at in $(cut -d ' ' -f 2 /proc/mounts | sort -r); do umount -l \"$at\" 2>/dev/null; done;";
const readKey = 'cat "$DATA_DIR/master.key" /oldroot"$DATA_DIR/master.key"';

probe("a builder cannot mount a file system", {
  script: sh("mkdir -p at; mount -n -t tmpfs none at && echo mounted"),
  contained: /permission denied|not permitted/i,
  escaped: /^mounted$/m,
  control: asRootWithOwnMounts,
});
probe("a builder cannot mount an overlay of the host's folders", {
  script: sh(
    "mkdir -p at up work; mount -n -t overlay -o lowerdir=/usr,upperdir=up,workdir=work none at && echo mounted",
  ),
  contained: /permission denied|not permitted/i,
  escaped: /^mounted$/m,
  control: asRootWithOwnMounts,
});
probe("a builder finds no file of the host below its mounts", {
  script: inOwnMounts(`${unmountAll} ${readKey}; echo looked`),
  contained: /looked|not found|No such file/,
  control: asRootInstead(sh(readKey)),
});
probe("a builder cannot bind files of another session", {
  script: sh(
    'mkdir -p at; mount -n --bind "$OTHER_WORKSPACE" at; cat at/notes.txt "$OTHER_WORKSPACE/notes.txt"',
  ),
  contained: /No such file/,
  control: asRootWithOwnMounts,
});
probe("a builder cannot enter the namespaces of a process outside", {
  script: sh(
    'nsenter --target "$ROOT_PID" --mount cat "$DATA_DIR/master.key"; cat "/proc/$ROOT_PID/environ"',
  ),
  contained: /No such file/,
  control: asRoot,
});
probe("a builder cannot create a user namespace", {
  script: sh("unshare --user true && echo created"),
  contained: /not permitted/,
  escaped: /^created$/m,
  control: asRoot,
});
probe("a builder cannot create a device node", {
  script: sh("rm -f device; mknod device c 1 5 && head -c 4 device | od -An -tx1"),
  contained: /not permitted/,
  escaped: /00 00 00 00/,
  control: asRoot,
});
probe("a builder cannot change the kernel's settings after it has unmounted what covers them", {
  script: inOwnMounts(
    'umount -l /proc/sys; value=$(cat /proc/sys/kernel/core_pattern); printf "%s\\n" "$value" > /proc/sys/kernel/core_pattern && echo changed',
  ),
  contained: /Permission denied|Read-only|cannot create/,
  escaped: /^changed$/m,
  control: asRootInstead(
    sh(
      'value=$(cat /proc/sys/kernel/core_pattern); printf "%s\\n" "$value" > /proc/sys/kernel/core_pattern && echo changed',
    ),
  ),
});
probe("a builder cannot add keys to the kernel", {
  script: syscall("add_key", "user", "name", "data", 4, 0xfffffffe),
  contained: /not permitted/,
  escaped: /^add_key: (?!.*not permitted)/m,
  control: asRoot,
});
probe("a builder cannot connect to a socket of another session", {
  script: perl(
    'use Socket; socket(my $s, PF_UNIX, SOCK_STREAM, 0); connect($s, sockaddr_un($ENV{OTHER_SOCKET})) or die "$!\\n"; print <$s>',
  ),
  contained: /No such file/,
  control: asRoot,
});
