import type { SandboxProvider } from "../../../server/src/core/turns/index.ts";
import { makeProvider } from "../../../server/src/sandbox/testing/make-provider.ts";
import { specOf } from "../../../server/src/sandbox/testing/run-in-sandbox.ts";
import {
  asRoot,
  asRootBesideInit,
  asRootInstead,
  asRootWithOwnMounts,
  inBubblewrapWithCoveredKey,
} from "./support/controls.ts";
import { scopes } from "./support/exclusions.ts";
import { openImage } from "./support/image.ts";
import { onStage } from "./support/probe.ts";
import { type Script, type SyscallName, sh, syscallNumber } from "./support/script.ts";
import { loot, runIn, type Stage } from "./support/stage.ts";

// Root of a system that allows containers can mount file systems and create namespaces.
const { probe, act } = onStage(async () => {
  const { digests, layers } = await openImage();
  return { system: { layers: digests, profile: "root", allowsContainers: true, env: {} }, layers };
}, scopes.containers);
const python = (text: string): Script => ["/usr/bin/python3", "-c", text];
const hidden = /No such file/;
const refused = /not permitted|[Pp]ermission denied|must be (?:root|superuser)/;

/** Later probes need the mounts of the sandbox. */
const inOwnMounts = (text: string): Script => ["unshare", "--mount", "--", "sh", "-c", text];
/** Unmounts each mount, the lowest path last, and looks for the key after each. One process does so, because programs disappear as well. */
const lookBelowMounts = python(`
import ctypes, os
unmount, key, count = ctypes.CDLL(None).umount2, os.environ["DATA_DIR"] + "/master.key", 0
mounts = [line.split()[1] for line in open("/proc/mounts")]
for at in sorted(mounts, reverse=True):
    if unmount(at.encode(), 2) != 0: continue
    count += 1
    for path in (key, "/oldroot" + key):
        if os.path.exists(path): print(open(path).read())
print("unmounted:", count)`);

probe("root with containers has no capability over the machine", {
  // The capabilities of a system's root and CAP_SYS_ADMIN.
  script: python(`
import re
found = re.search(r"CapBnd:\\s+(\\w+)", open("/proc/self/status").read())[1]
print("more" if int(found, 16) & ~0x802405fb else "expected")`),
  contained: /^expected$/m,
  escaped: /^more$/m,
  control: asRoot,
});
probe("no program of root with containers can gain privileges", {
  script: sh("grep -E '^NoNewPrivs:' /proc/self/status"),
  contained: /^NoNewPrivs:\s1$/m,
  escaped: /^NoNewPrivs:\s0$/m,
  control: asRoot,
});

for (const [sentence, options] of [
  ["root with containers cannot mount the machine's devices", "-t devtmpfs none"],
  ["root with containers cannot mount the machine's control groups", "-t cgroup2 none"],
  ["root with containers cannot mount the machine's hardware", "-t sysfs none"],
] as const)
  probe(sentence, {
    script: sh(`mkdir -p at; mount -n ${options} at && echo mounted`),
    contained: refused,
    escaped: /^mounted$/m,
    control: asRootWithOwnMounts,
  });

act("a mount of root with containers does not reach the host", {
  attempt: async (stage) => {
    await stage.run(sh(`mkdir -p own && mount -n -t tmpfs none own && echo ${loot} > own/planted`));
    return asRoot(sh('cat "$OWN_WORKSPACE/own/planted"'), stage);
  },
  contained: hidden,
  control: (stage) => stage.run(sh("cat own/planted")),
});
probe("root with containers cannot create a device node of the machine's disk", {
  script: sh("rm -f disk; mknod disk b 7 0 && echo made; rm -f disk"),
  contained: refused,
  escaped: /^made$/m,
  control: asRoot,
});
probe("root with containers finds no file of the host below its mounts", {
  script: ["unshare", "--mount", "--", ...lookBelowMounts],
  // /workspace, HOME, /tmp, /sys and others.
  contained: /^unmounted: \d\d/m,
  control: inBubblewrapWithCoveredKey,
});
probe("root with containers cannot bind files of another session", {
  script: sh(
    'mkdir -p at; mount -n --bind "$OTHER_WORKSPACE" at; cat at/notes.txt "$OTHER_WORKSPACE/notes.txt"',
  ),
  contained: hidden,
  control: asRootWithOwnMounts,
});
probe("root with containers cannot show files of the host through an overlay", {
  script: sh(`mkdir -p /tmp/at /tmp/up; mount -n -t tmpfs none /tmp/up && mkdir /tmp/up/upper /tmp/up/work
    mount -n -t overlay -o "lowerdir=$OTHER_WORKSPACE,upperdir=/tmp/up/upper,workdir=/tmp/up/work" none /tmp/at
    cat /tmp/at/notes.txt`),
  contained: hidden,
  control: asRootWithOwnMounts,
});
probe("root with containers cannot make a shared harness writable", {
  script: sh(
    'mount -n -o remount,bind,rw "$HARNESSES"; cp "$HARNESSES/tool" same && cp same "$HARNESSES/tool" && echo changed',
  ),
  contained: /Read-only file system|Permission denied/,
  escaped: /^changed$/m,
  control: asRoot,
});
act("root with containers cannot make the workspace of plan mode writable", {
  attempt: (stage) => changePlanned(stage, stage.provider),
  contained: /Read-only file system|[Pp]ermission denied/,
  escaped: /^changed$/m,
  control: async (stage) => {
    const { layers } = await openImage();
    return changePlanned(
      stage,
      await makeProvider("bubblewrap", stage.dataDir, { layers, hasLockedMounts: false }),
    );
  },
});
probe("root with containers cannot change the kernel's settings after it has unmounted what covers them", {
  script: inOwnMounts(
    "umount -l /proc/sys; value=$(cat /proc/sys/kernel/panic); echo $value > /proc/sys/kernel/panic && echo changed",
  ),
  contained: /Permission denied|Read-only|cannot create/,
  escaped: /^changed$/m,
  control: asRootInstead(
    sh("value=$(cat /proc/sys/kernel/panic); echo $value > /proc/sys/kernel/panic && echo changed"),
  ),
});
probe("root with containers cannot change the kernel's settings through a /proc of its own", {
  script: [
    "unshare",
    ...["--mount", "--pid", "--fork", "--", "sh", "-c"],
    `mkdir -p at; mount -n -t proc none at; value=$(cat at/sys/kernel/panic)
    echo $value > at/sys/kernel/panic && echo changed`,
  ],
  contained: /Permission denied|Read-only|cannot create/,
  escaped: /^changed$/m,
  control: asRoot,
});
probe("root with containers cannot enter the namespaces of a process outside", {
  script: python(`
import os
os.setns(os.open("/proc/" + os.environ["ROOT_PID"] + "/ns/mnt", os.O_RDONLY))
print(open(os.environ["DATA_DIR"] + "/master.key").read())`),
  contained: hidden,
  control: asRoot,
});
for (const [sentence, path] of [
  ["root with containers cannot open the namespaces of init", "/proc/1/ns/mnt"],
  ["root with containers cannot open the root folder of init", "/proc/1/root/etc"],
  ["root with containers cannot open the environment of init", "/proc/1/environ"],
] as const)
  probe(sentence, {
    script: python(`import os; os.open("${path}", os.O_RDONLY); print("opened")`),
    contained: refused,
    escaped: /^opened$/m,
    control: asRootBesideInit,
  });
for (const [sentence, flag] of [
  ["root with containers cannot create a user namespace", "--user"],
  ["root with containers cannot create a network namespace", "--net"],
  ["root with containers cannot create a control group namespace", "--cgroup"],
] as const)
  probe(sentence, {
    script: sh(`unshare ${flag} true && echo created`),
    contained: refused,
    escaped: /^created$/m,
    control: asRoot,
  });

/** Arguments with which root gets another error than EPERM or ENOSYS, and changes nothing. */
const calls: readonly (readonly [SyscallName, ...number[]])[] = [
  ["add_key", 0, 0, 0, 0, 0],
  ["bpf", 999, 0, 0],
  ["fsopen", 0, 0],
  ["keyctl", 999],
  ["open_by_handle_at", 999, 0, 0],
  ["perf_event_open", 0, 0, -1, -1, 0],
  ["userfaultfd", 0x7fff],
];
for (const [name, ...values] of calls)
  probe(`root with containers cannot call ${name}`, {
    script: python(`
import ctypes, os
ctypes.CDLL(None, use_errno=True).syscall(${[syscallNumber(name), ...values].join(", ")})
print("${name}:", os.strerror(ctypes.get_errno()))`),
    contained: new RegExp(`^${name}: (?:Operation not permitted|Function not implemented)$`, "m"),
    escaped: new RegExp(`^${name}: (?!Operation not permitted|Function not implemented)`, "m"),
    control: asRoot,
  });

for (const [sentence, expression] of [
  ["root with containers cannot open a raw socket", "socket.AF_INET, socket.SOCK_RAW, 1"],
  ["root with containers cannot open a packet socket", "socket.AF_PACKET, socket.SOCK_RAW"],
  ["root with containers cannot open a netfilter socket", "socket.AF_NETLINK, socket.SOCK_RAW, 12"],
] as const)
  probe(sentence, {
    script: python(`import socket; socket.socket(${expression}); print("opened")`),
    contained: /not permitted|not supported/,
    escaped: /^opened$/m,
    control: asRoot,
  });
probe("root with containers cannot read a mounted file that belongs to the host's root", {
  script: sh('cat "$HARNESSES/of-root"'),
  contained: refused,
  control: asRoot,
});

/** Runs a program that writes to a workspace which is mounted read-only. */
async function changePlanned(
  { spec: { system }, places }: Stage,
  provider: SandboxProvider,
): Promise<string> {
  const sandbox = await provider.create({ ...specOf(3), system, isWorkspaceReadOnly: true });
  try {
    const script = "mount -n -o remount,bind,rw /workspace; touch planned && echo changed";
    return await runIn(sandbox, sh(script), places);
  } finally {
    await sandbox.stop();
  }
}
