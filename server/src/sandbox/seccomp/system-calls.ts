/** System calls that are filtered by their arguments. */
export interface ExaminedCalls {
  readonly clone: number;
  readonly unshare: number;
  readonly personality: number;
  readonly socket: number;
  readonly socketpair: number;
  readonly ioctl: number;
  readonly mount: number;
}

/** Facts that the filter needs about one processor architecture. */
export interface Architecture {
  /** AUDIT_ARCH_* in linux/audit.h. */
  readonly auditArch: number;
  readonly examined: ExaminedCalls;
  /** Column of the table below. */
  readonly column: 0 | 1;
}

export type RefusedErrno = "EPERM" | "ENOSYS";

/** System call that programs in a sandbox must not make. A number is null if the processor does not have the call. */
export type RefusedCall = readonly [name: string, x64: number | null, arm64: number | null];

/**
 * Architectures by Node's processor name. The numbers are from Linux, arch/x86/entry/syscalls/syscall_64.tbl and
 * include/uapi/asm-generic/unistd.h.
 */
export const architectures: Readonly<Partial<Record<NodeJS.Architecture, Architecture>>> = {
  x64: {
    auditArch: 0xc000003e,
    column: 0,
    examined: {
      clone: 56,
      unshare: 272,
      personality: 135,
      socket: 41,
      socketpair: 53,
      ioctl: 16,
      mount: 165,
    },
  },
  arm64: {
    auditArch: 0xc00000b7,
    column: 1,
    examined: {
      clone: 220,
      unshare: 97,
      personality: 92,
      socket: 198,
      socketpair: 199,
      ioctl: 29,
      mount: 40,
    },
  },
};

/**
 * Number of file_setattr (Linux 6.17) on both architectures. The filter rejects newer calls, because they have not been reviewed and
 * programs have fallbacks for them. It also rejects x32 calls, whose numbers are far higher.
 */
export const highestKnownCall = 469;

export const refusedCalls: readonly {
  readonly errno: RefusedErrno;
  readonly calls: readonly RefusedCall[];
}[] = [
  // Mounting, and other changes to the file system tree.
  {
    errno: "EPERM",
    calls: [
      ["mount", 165, 40],
      ["umount2", 166, 39],
      ["pivot_root", 155, 41],
      ["chroot", 161, 51],
      ["setns", 308, 268],
      ["open_by_handle_at", 304, 265],
      ["quotactl", 179, 60],
      ["quotactl_fd", 443, 443],
      ["swapon", 167, 224],
      ["swapoff", 168, 225],
    ],
  },
  // The newer interface for mounts. Programs that may mount use the older one instead, whose arguments the filter can see.
  {
    errno: "ENOSYS",
    calls: [
      ["move_mount", 429, 429],
      ["open_tree", 428, 428],
      ["open_tree_attr", 467, 467],
      ["fsopen", 430, 430],
      ["fsconfig", 431, 431],
      ["fsmount", 432, 432],
      ["fspick", 433, 433],
      ["mount_setattr", 442, 442],
    ],
  },
  // Kernel memory, kernel code and kernel tracing.
  {
    errno: "EPERM",
    calls: [
      ["bpf", 321, 280],
      ["perf_event_open", 298, 241],
      ["userfaultfd", 323, 282],
      ["kexec_load", 246, 104],
      ["kexec_file_load", 320, 294],
      ["create_module", 174, null],
      ["init_module", 175, 105],
      ["finit_module", 313, 273],
      ["delete_module", 176, 106],
      ["syslog", 103, 116],
      ["fanotify_init", 300, 262],
    ],
  },
  // Kernel keyrings, which have no namespace.
  {
    errno: "EPERM",
    calls: [
      ["add_key", 248, 217],
      ["request_key", 249, 218],
      ["keyctl", 250, 219],
    ],
  },
  // The machine's clock, state and I/O ports.
  {
    errno: "EPERM",
    calls: [
      ["reboot", 169, 142],
      ["settimeofday", 164, 170],
      ["clock_settime", 227, 112],
      ["clock_adjtime", 305, 266],
      ["adjtimex", 159, 171],
      ["acct", 163, 89],
      ["vhangup", 153, 58],
      ["iopl", 172, null],
      ["ioperm", 173, null],
      ["sethostname", 170, 161],
      ["setdomainname", 171, 162],
    ],
  },
  // Programs do not need these calls or have a fallback.
  {
    errno: "ENOSYS",
    calls: [
      ["clone3", 435, 435],
      ["io_uring_setup", 425, 425],
      ["io_uring_enter", 426, 426],
      ["io_uring_register", 427, 427],
      ["process_vm_readv", 310, 270],
      ["process_vm_writev", 311, 271],
      ["kcmp", 312, 272],
      ["pidfd_getfd", 438, 438],
      ["modify_ldt", 154, null],
      ["uselib", 134, null],
      ["_sysctl", 156, null],
      ["nfsservctl", 180, 42],
      ["lookup_dcookie", 212, 18],
      ["get_kernel_syms", 177, null],
      ["query_module", 178, null],
    ],
  },
];

/** Programs whose system calls are filtered: those of a session, those that build images, and a session's with containers. */
export type FilteredPrograms = "session" | "builder" | "containers";

/** Calls of the table above that some programs may make. `mount` is filtered by its flags. */
export const permittedCalls: Readonly<Record<FilteredPrograms, ReadonlySet<string>>> = {
  session: new Set(),
  builder: new Set(["mount", "umount2", "chroot", "sethostname"]),
  containers: new Set(["mount", "umount2", "chroot", "sethostname", "pivot_root", "setns"]),
};
