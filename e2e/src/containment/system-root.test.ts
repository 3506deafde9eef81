import { asRoot, type Control } from "./support/controls.ts";
import { withImage } from "./support/image.ts";
import { onStage } from "./support/probe.ts";
import { python, sh } from "./support/script.ts";
import { loot } from "./support/stage.ts";

const { probe, act } = onStage(() => withImage("root"));
const hidden = /No such file/;
const refused = /not permitted|[Pp]ermission denied|must be (?:root|superuser)/;

/** Runs the script as the host's root, with mounts that vanish with it. */
const asRootWithMounts: Control = (script, stage) => asRoot(["unshare", "--mount", ...script], stage);

probe("root of a system has only the IDs of its user namespace", {
  script: sh("while read -r first host count; do echo user $first is $host; done < /proc/self/uid_map"),
  contained: /^user 0 is [1-9]\d{8,}$/m,
  escaped: /^user 0 is 0$/m,
  control: asRoot,
});

probe("root of a system has no capability over the machine", {
  // CHOWN, DAC_OVERRIDE, FOWNER, FSETID, KILL, SETGID, SETUID, SETPCAP, NET_BIND_SERVICE, SYS_CHROOT and SETFCAP.
  script: python(`
import re
found = re.search(r"CapBnd:\\s+(\\w+)", open("/proc/self/status").read())[1]
print("more" if int(found, 16) & ~0x800405fb else "expected")`),
  contained: /^expected$/m,
  escaped: /^more$/m,
  control: asRoot,
});

probe("no program of root of a system can gain privileges", {
  script: sh("grep -E '^NoNewPrivs:' /proc/self/status"),
  contained: /^NoNewPrivs:\s1$/m,
  escaped: /^NoNewPrivs:\s0$/m,
  control: asRoot,
});

probe("root of a system cannot read a mounted file that belongs to the host's root", {
  script: sh('cat "$HARNESSES/of-root"'),
  contained: refused,
  control: asRoot,
});

probe("root of a system cannot change a harness shared with other sessions", {
  script: sh('cp "$HARNESSES/tool" same && cp same "$HARNESSES/tool" && echo changed'),
  contained: /Read-only file system|Permission denied/,
  escaped: /^changed$/m,
  control: asRoot,
});

for (const [sentence, script] of [
  ["the master key is hidden from root of a system", 'cat "$DATA_DIR/master.key"'],
  ["another session's workspace is hidden from root of a system", 'cat "$OTHER_WORKSPACE/notes.txt"'],
  ["the host's /tmp is hidden from root of a system", 'cat "$HOST_TMP_FILE"'],
  ["processes of the host are hidden from root of a system", "tr '\\0' '\\n' < \"/proc/$ROOT_PID/environ\""],
] as const)
  probe(sentence, { script: sh(script), contained: hidden, control: asRoot });

probe("another session's sockets are hidden from root of a system", {
  script: sh('ls "$OTHER_SOCKET" && echo found'),
  contained: hidden,
  escaped: /^found$/m,
  control: asRoot,
});

probe("root of a system cannot read init", {
  script: sh("cat /proc/1/environ > /dev/null && echo read"),
  contained: refused,
  escaped: /^read$/m,
  // The first process of a pid namespace is then a shell.
  control: (script, stage) =>
    asRoot(["unshare", "--pid", "--fork", "--mount-proc", "sh", "-c", '"$@"; true', "sh", ...script], stage),
});

probe("root of a system cannot mount a file system", {
  script: sh("mkdir -p mounted && mount -t tmpfs none mounted && echo mounted"),
  contained: refused,
  escaped: /^mounted$/m,
  control: asRootWithMounts,
});

probe("root of a system cannot make the kernel's settings writable", {
  script: sh("mount -o remount,rw,bind /proc/sys && echo mounted"),
  contained: refused,
  escaped: /^mounted$/m,
  control: (script, stage) =>
    asRootWithMounts(["sh", "-c", 'mount --bind /proc/sys /proc/sys && exec "$@"', "sh", ...script], stage),
});

probe("root of a system cannot change the kernel's settings", {
  // Writes the current value back.
  script: sh(
    "value=$(cat /proc/sys/kernel/panic); echo $value > /proc/sys/kernel/panic && echo changed; true",
  ),
  contained: /Read-only file system|Permission denied|cannot create/,
  escaped: /^changed$/m,
  control: asRoot,
});

probe("root of a system cannot enter a new user namespace", {
  script: sh("unshare --user true && echo entered"),
  contained: refused,
  escaped: /^entered$/m,
  control: asRoot,
});

probe("root of a system cannot create a device node", {
  // The numbers of /dev/null.
  script: sh("mknod device c 1 3 && echo made"),
  contained: refused,
  escaped: /^made$/m,
  control: asRoot,
});

probe("root of a system cannot change the host name", {
  script: sh('hostname "$(hostname)" && echo changed'),
  contained: refused,
  escaped: /^changed$/m,
  control: asRoot,
});

probe("root of a system cannot add a key to the kernel", {
  // A key of one thread, which vanishes with the thread.
  script: python(`
import ctypes
call = ${process.arch === "arm64" ? 217 : 248}
print("added" if ctypes.CDLL(None).syscall(call, b"user", b"probe", b"data", 4, -1) > 0 else "refused")`),
  contained: /^refused$/m,
  escaped: /^added$/m,
  control: asRoot,
});

act("changes that root of another session makes to its system are hidden", {
  attempt: async (stage) => {
    await stage.runInOther(sh(`echo ${loot} > /planted`));
    return stage.run(sh("cat /planted"));
  },
  contained: hidden,
  control: (stage) => stage.runInOther(sh("cat /planted")),
});
