import { endianness } from "node:os";
import { AppError } from "../../core/base/index.ts";
import {
  and,
  encode,
  giveBack,
  hasAny,
  type Instruction,
  isAbove,
  isEqual,
  load,
  unless,
  when,
} from "./bpf.ts";
import {
  type Architecture,
  architectures,
  type FilteredPrograms,
  highestKnownCall,
  permittedCalls,
  refusedCalls,
} from "./system-calls.ts";

/**
 * Returns the filter that rejects system calls in a sandbox, as a classic BPF program for `bwrap --seccomp`. It is an array of struct
 * sock_filter (linux/filter.h) that reads struct seccomp_data (linux/seccomp.h). Allows ptrace, because debuggers need it. This is safe,
 * because the sandbox's pid namespace contains only its own processes, and init cannot be traced. A builder of images may also bind mounts,
 * change its root folder, and create namespaces for mounts and for the host name. Programs that run containers may also mount file systems,
 * and enter and create namespaces for processes and for their communication. Throws `sandbox_unavailable` for a processor whose system
 * calls are not in the table.
 */
export function buildFilter({
  processor = process.arch,
  programs = "session",
}: {
  readonly processor?: NodeJS.Architecture;
  readonly programs?: FilteredPrograms;
} = {}): Buffer {
  const architecture = architectures[processor];
  if (architecture === undefined || endianness() !== "LE") {
    throw new AppError(
      "sandbox_unavailable",
      `Sandboxes require an x64 or arm64 processor, but this machine has ${processor}.`,
    );
  }
  return encode([
    load(field.architecture),
    ...unless(isEqual(architecture.auditArch), [giveBack(killProcess)]),
    load(field.number),
    ...when(isAbove(highestKnownCall), [giveBack(refuse(errno.ENOSYS))]),
    ...refusedCalls.flatMap(({ errno: name, calls }) =>
      calls
        .filter(([call]) => !permittedCalls[programs].has(call))
        .flatMap((call) => call[architecture.column + 1] ?? [])
        .flatMap((number) => when(isEqual(Number(number)), [giveBack(refuse(errno[name]))])),
    ),
    ...examine(architecture, programs),
    giveBack(allow),
  ]);
}

/** Filters calls by their arguments. The kernel uses only 32 bits of each of these arguments, so the filter checks only the low half. */
function examine({ examined: call }: Architecture, programs: FilteredPrograms): Instruction[] {
  const eperm = giveBack(refuse(errno.EPERM));
  const refusedNamespaces = namespaceFlags & ~permittedNamespaces[programs];
  return [
    ...(programs === "session" ? [] : when(isEqual(call.mount), examineMount(programs === "containers"))),
    ...when(isEqual(call.clone), [
      load(field.argument(0)),
      ...when(hasAny(refusedNamespaces), [eperm]),
      giveBack(allow),
    ]),
    ...when(isEqual(call.unshare), [
      load(field.argument(0)),
      ...when(hasAny(refusedNamespaces | cloneNewTime), [eperm]),
      giveBack(allow),
    ]),
    ...when(isEqual(call.personality), [
      load(field.argument(0)),
      ...when(isEqual(0), [giveBack(allow)]),
      ...when(isEqual(askPersonality), [giveBack(allow)]),
      eperm,
    ]),
    ...when(isEqual(call.ioctl), [
      load(field.argument(1)),
      ...when(isEqual(tiocsti), [eperm]),
      ...when(isEqual(tioclinux), [eperm]),
      giveBack(allow),
    ]),
    ...when(isEqual(call.socketpair), [
      load(field.argument(0)),
      ...when(isEqual(family.unix), [giveBack(allow)]),
      giveBack(refuse(errno.EAFNOSUPPORT)),
    ]),
    ...when(isEqual(call.socket), examineSocket()),
  ];
}

/**
 * Allows bind mounts, changes to the options of a mount, and changes of its propagation. No file system can be reconfigured. Without
 * `canMount`, none can be mounted either, so the code of file systems in the kernel remains out of reach. The filter cannot distinguish
 * file systems, because their names are in the memory of the program.
 */
function examineMount(canMount: boolean): Instruction[] {
  const eperm = giveBack(refuse(errno.EPERM));
  return [
    load(field.argument(3)),
    and(mountMagicMask),
    // The kernel removes this number from the flags, although it contains the flags of propagation.
    ...when(isEqual(mountMagic), [eperm]),
    load(field.argument(3)),
    ...when(hasAny(mountFlag.bind), [giveBack(allow)]),
    ...when(hasAny(mountFlag.remount), [eperm]),
    ...when(hasAny(mountFlag.propagation), [giveBack(allow)]),
    ...(canMount ? when(hasAny(mountFlag.move), [eperm]) : []),
    canMount ? giveBack(allow) : eperm,
  ];
}

function examineSocket(): Instruction[] {
  const internet = [
    load(field.argument(1)),
    and(socketTypeMask),
    ...unless(isEqual(socketType.stream), [
      ...unless(isEqual(socketType.datagram), [giveBack(refuse(errno.EPERM))]),
    ]),
    load(field.argument(2)),
    // Other protocols (MPTCP, UDP-Lite, SCTP) have large, rarely tested code. Programs fall back to TCP.
    ...[protocol.usual, protocol.tcp, protocol.udp].flatMap((one) => when(isEqual(one), [giveBack(allow)])),
    giveBack(refuse(errno.EPROTONOSUPPORT)),
  ];
  return [
    load(field.argument(0)),
    ...when(isEqual(family.unix), [giveBack(allow)]),
    ...when(isEqual(family.inet), internet),
    ...when(isEqual(family.inet6), internet),
    // getifaddrs(3) uses this family to list the interfaces.
    ...when(isEqual(family.netlink), [
      load(field.argument(2)),
      ...when(isEqual(netlinkRoute), [giveBack(allow)]),
      // A kernel without audit gives this error. PAM then works, although EPERM would make su and package managers fail.
      giveBack(refuse(errno.EPROTONOSUPPORT)),
    ]),
    giveBack(refuse(errno.EAFNOSUPPORT)),
  ];
}

/** Flags in linux/sched.h: CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET. */
const namespaceFlags = 0x7e020000;
/** CLONE_NEWNS and CLONE_NEWUTS. For containers, also CLONE_NEWIPC and CLONE_NEWPID. */
const permittedNamespaces = { session: 0, builder: 0x04020000, containers: 0x2c020000 } as const;
/** Flags in linux/mount.h: MS_BIND, MS_REMOUNT, MS_MOVE, and MS_UNBINDABLE, MS_PRIVATE, MS_SLAVE and MS_SHARED together. */
const mountFlag = { bind: 0x1000, remount: 0x20, move: 0x2000, propagation: 0x1e0000 } as const;
/** MS_MGC_VAL and MS_MGC_MSK. */
const mountMagic = 0xc0ed0000;
const mountMagicMask = 0xffff0000;
/** Flag CLONE_NEWTIME, which only clone3 and unshare support. In clone, these bits are the exit signal. */
const cloneNewTime = 0x80;
const askPersonality = 0xffffffff;
/** Requests of ioctl(2) that insert text into a terminal as if a user had typed it. */
const tiocsti = 0x5412;
const tioclinux = 0x541c;
const family = { unix: 1, inet: 2, inet6: 10, netlink: 16 } as const;
const socketType = { stream: 1, datagram: 2 } as const;
/** Mask that excludes the higher bits SOCK_NONBLOCK and SOCK_CLOEXEC. */
const socketTypeMask = 0xf;
/** Protocol numbers in netinet/in.h. 0 selects the default protocol of the socket type. */
const protocol = { usual: 0, tcp: 6, udp: 17 } as const;
const netlinkRoute = 0;
const errno = { EPERM: 1, ENOSYS: 38, EPROTONOSUPPORT: 93, EAFNOSUPPORT: 97 } as const;

const allow = 0x7fff0000;
const killProcess = 0x80000000;
const refuse = (number: number): number => 0x00050000 | number;

/** Offsets in struct seccomp_data, which contains nr, arch, the instruction pointer and six 64-bit arguments (little-endian: the low half first). */
const field = { number: 0, architecture: 4, argument: (index: number): number => 16 + index * 8 } as const;
