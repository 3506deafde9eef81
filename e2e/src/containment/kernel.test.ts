import { asRoot } from "./support/controls.ts";
import { onStage } from "./support/probe.ts";
import { callOf, pack, perl, type Script, type SyscallName, sh, syscall } from "./support/script.ts";

// Operations that the kernel allows only for root. If an operation is allowed, the call changes nothing.
const { probe } = onStage();
const refused = /not permitted|not implemented|not supported|Permission denied|No such device/;

function probeRootOnly(sentence: string, script: Script, escaped: RegExp): void {
  probe(sentence, { script, contained: refused, escaped, control: asRoot });
}

/**
 * Registers a probe of a privileged system call with invalid arguments. The kernel validates them only for a privileged
 * caller.
 */
function probeCall(
  sentence: string,
  name: SyscallName,
  values: Parameters<typeof syscall>[1][],
  allowed: string,
): void {
  probeRootOnly(sentence, syscall(name, ...values), new RegExp(`^${name}: (${allowed})`, "m"));
}

probeRootOnly(
  "the system clock cannot be set",
  perl(
    `my $now = pack("q2", 0, 0); { ${callOf("clock_gettime", 0, { perl: "$now" })} $now = $values[1] } ${callOf("clock_settime", 0, { perl: "$now" })} print $result == -1 ? "$!\\n" : "set\\n"`,
  ),
  /^set$/m,
);
probeRootOnly(
  "the host name cannot be changed",
  perl(
    `chomp(my $name = qx(uname -n)); ${callOf("sethostname", { perl: "$name" }, { perl: "length $name" })} print $result == -1 ? "$!\\n" : "changed\\n"`,
  ),
  /^changed$/m,
);

for (const [sentence, path] of [
  ["the kernel's crash handler cannot be changed", "/proc/sys/kernel/core_pattern"],
  ["the kernel's panic behavior cannot be changed", "/proc/sys/kernel/panic"],
  ["the kernel's memory settings cannot be changed", "/proc/sys/vm/overcommit_memory"],
  ["the kernel's network settings cannot be changed", "/proc/sys/net/ipv4/ip_forward"],
  ["the host's thread limit cannot be changed", "/proc/sys/kernel/threads-max"],
] as const) {
  probe(sentence, {
    // Writes the current value back.
    script: sh(`value=$(cat ${path}); printf '%s\\n' "$value" > ${path} && echo changed`),
    contained: /Read-only file system|Permission denied|cannot create|I\/O error/,
    escaped: /^changed$/m,
    control: asRoot,
  });
}

probe("the kernel log cannot be read from its device", {
  script: sh(": < /dev/kmsg && echo opened"),
  contained: /No such file|Permission denied|cannot open/,
  escaped: /^opened$/m,
  control: asRoot,
});

// Action 8 sets the console log level (7 is the kernel's default) and clears nothing.
probeCall("the kernel log cannot be cleared", "syslog", [8, 0, 7], "done");
probeCall("the machine cannot be restarted", "reboot", [0, 0, 0, 0], "Invalid argument");
probeCall(
  "a file system cannot be mounted",
  "mount",
  ["none", "/tmp", "no-such-kind", 0, ""],
  "No such device",
);
probeCall("a file system cannot be unmounted", "umount2", ["/proc/self/fd", 0], "Invalid argument");
probeCall(
  "the root file system cannot be replaced with pivot_root",
  "pivot_root",
  ["/no/such/folder", "/no/such/folder"],
  "No such file",
);
probeCall("the root directory cannot be changed with chroot", "chroot", ["/"], "done");
probeCall("a swap file cannot be enabled", "swapon", ["/no/such/file", 0], "No such file");
probeCall("process accounting cannot be enabled", "acct", ["/no/such/file"], "No such file");
probeCall(
  "a file cannot be opened by its handle",
  "open_by_handle_at",
  [-100, pack("L2Q", 8, 1, 0), 0],
  "Stale",
);
// The numbers of /dev/kmsg. gVisor creates the node, but has no such device.
probeRootOnly(
  "a device node leads to no device of the host",
  perl(
    `my $path = "/tmp/probe-device-$$"; ${callOf("mknodat", -100, { perl: "$path" }, 0o020666, 0x10b)} print $result != -1 && open(my $device, "<", $path) ? "opened\\n" : "$!\\n"; unlink $path`,
  ),
  /^opened$/m,
);
probeRootOnly(
  "a device node cannot be created in the workspace",
  // The numbers of /dev/null.
  sh("rm -f device; mknod device c 1 3 && echo made; rm -f device"),
  /^made$/m,
);
probe("the kernel's settings cannot be made writable", {
  script: sh("mount -o remount,rw,bind /proc/sys && echo mounted"),
  contained: /not permitted|permission denied|must be (?:root|superuser)|not mounted|mount point not/,
  escaped: /^mounted$/m,
  control: (script, stage) =>
    asRoot(
      ["unshare", "--mount", "sh", "-c", 'mount --bind /proc/sys /proc/sys && exec "$@"', "sh", ...script],
      stage,
    ),
});
probeRootOnly(
  "a process cannot raise its priority",
  perl('print setpriority(0, 0, -5) ? "raised\\n" : "$!\\n"'),
  /^raised$/m,
);
