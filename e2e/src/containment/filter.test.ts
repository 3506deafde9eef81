import { inBareBubblewrap } from "./support/controls.ts";
import { scopes } from "./support/exclusions.ts";
import { onStage } from "./support/probe.ts";
import { callOf, perl, type Script, type SyscallName, syscall } from "./support/script.ts";

// System calls that an unprivileged user may make, or that only the kernel would otherwise check. The control is a
// sandbox without the filter, so the kernel determines its result.
const { probe } = onStage({}, scopes.filter);
const refused = /not permitted|not implemented|not supported/;

function probeFiltered(sentence: string, script: Script, escaped: RegExp, contained = refused): void {
  probe(sentence, { script, contained, escaped, control: inBareBubblewrap() });
}

/**
 * Registers a probe of a system call that the filter blocks. The filter runs before the kernel checks the arguments. It
 * therefore returns "not permitted" where the kernel would report invalid arguments.
 */
function probeCall(
  sentence: string,
  name: SyscallName,
  values: Parameters<typeof syscall>[1][],
  unfiltered: string,
): void {
  const filtered = new RegExp(`^${name}: Operation not permitted`, "m");
  probeFiltered(sentence, syscall(name, ...values), new RegExp(`^${name}: (${unfiltered})`, "m"), filtered);
}

const newUser = 0x1000_0000;
const newNetwork = 0x4000_0000;

probeCall("a process cannot create a user namespace", "unshare", [newUser], "done");
probeCall("a network namespace cannot be created", "unshare", [newUser | newNetwork], "done");

probeFiltered(
  "a process cannot be started in new namespaces",
  perl(
    `${callOf("clone", newUser | 17, 0, 0, 0, 0)} if ($result == 0) { exit } print $result == -1 ? "$!\\n" : "born\\n"; wait`,
  ),
  /^born$/m,
);

probeFiltered(
  "clone3 is not available, because the filter cannot check its flags",
  perl(
    `my $arguments = pack("Q8", ${newUser}, 0, 0, 0, 17, 0, 0, 0); ${callOf("clone3", { perl: "$arguments" }, 64)} if ($result == 0) { exit } print $result == -1 ? "$!\\n" : "born\\n"; wait`,
  ),
  /^born$/m,
);

probeFiltered(
  "the personality that disables address randomization cannot be set",
  // ADDR_NO_RANDOMIZE.
  syscall("personality", 0x0040000),
  /^personality: done/m,
);

// Without the filter, a kernel that lacks the call returns "not implemented". Any other error therefore comes from the
// filter.
const elsewhere = "Function not implemented";
probeCall(
  "a kernel module cannot be loaded",
  "finit_module",
  [-1, "", 0],
  `Bad file descriptor|${elsewhere}`,
);
probeCall("a kernel module cannot be removed", "delete_module", ["none", 0], `No such file|${elsewhere}`);
probeCall(
  "another kernel cannot be loaded",
  "kexec_load",
  [0, 17, 0, 0xffff],
  `Invalid argument|${elsewhere}`,
);
probeCall("a namespace cannot be entered", "setns", [-1, 0], "Bad file descriptor");
probeCall("a program cannot handle page faults", "userfaultfd", [1], `done|${elsewhere}`);
probeCall(
  "the processor's performance counters cannot be read",
  "perf_event_open",
  [0, 0, -1, -1, 0],
  "Bad address",
);
probeCall("a BPF program cannot be loaded", "bpf", [999, 0, 0], "Invalid argument");
probeCall(
  "file system quotas cannot be queried",
  "quotactl",
  [0, 0, 0, 0],
  "No such device|Bad address|Block device required|Invalid argument",
);
probeCall(
  "a key cannot be stored in the kernel's keyring",
  "add_key",
  ["user", "probe", "x", 1, -2],
  `done|${elsewhere}`,
);
probeCall(
  "an existing key cannot be requested from the keyring",
  "request_key",
  ["user", "none", 0, -3],
  `Required key not available|${elsewhere}`,
);
probeCall(
  "the keyring cannot be listed",
  "keyctl",
  [999, 0, 0, 0, 0],
  `Operation not supported|${elsewhere}`,
);

probeFiltered(
  "io_uring cannot be set up",
  perl(
    `my $parameters = "\\0" x 120; ${callOf("io_uring_setup", 4, { perl: "$parameters" })} print $result == -1 ? "$!\\n" : "made\\n"`,
  ),
  /^made$/m,
);

// Socket families: 16 is netlink (the kernel), and 40 is vsock (the hypervisor's host).
for (const [sentence, family, type, protocol] of [
  ["a vsock socket cannot be created", 40, 1, 0],
  ["a kernel event socket cannot be created", 16, 3, 15],
  ["a multipath TCP socket cannot be created", 2, 1, 262],
  ["an audit socket cannot be created", 16, 3, 9],
  ["a packet filter socket cannot be created", 16, 3, 12],
] as const) {
  probeFiltered(
    sentence,
    perl(`print socket(my $s, ${family}, ${type}, ${protocol}) ? "made\\n" : "$!\\n"`),
    /^made$/m,
  );
}

/** Returns a script that opens a pseudo-terminal and sends an ioctl request to it. */
const askTerminal = (request: string) =>
  perl(
    `use POSIX (); $| = 1; if (fork) { wait; exit } POSIX::setsid(); open(my $master, "+<", "/dev/ptmx") or die "$!\\n"; my $number = pack("i", 0);
    ioctl($master, 0x40045431, $number); ioctl($master, 0x80045430, $number) or die "$!\\n";
    open(my $terminal, "+<", "/dev/pts/" . unpack("i", $number)) or die "$!\\n";
    my $letter = "x"; print ioctl($terminal, ${request}, $letter) ? "typed\\n" : "$!\\n"`,
  );

probeFiltered(
  "input cannot be injected into a terminal",
  askTerminal("0x5412"),
  // Newer kernels disable TIOCSTI and return an I/O error.
  /^(typed|Input\/output error)$/m,
);

probeFiltered(
  "a paste cannot be injected into a text console",
  askTerminal("0x541c"),
  // A pseudo-terminal is not a console.
  /^Inappropriate ioctl for device$/m,
);
