/** A program with its arguments. A probe runs it in the sandbox and in the control. */
export type Script = readonly [string, ...string[]];

export const sh = (text: string): Script => ["sh", "-c", text];
export const perl = (text: string): Script => ["perl", "-e", text];
export const node = (text: string): Script => ["node", "-e", text];

/** A number, a string (quoted by `syscall`) or a result of `pack`. */
export type SyscallArgument = number | string | { readonly perl: string };

/** Returns Perl code that packs the bytes of a structure. The template follows `pack` in perlfunc(1). */
export function pack(template: string, ...values: readonly number[]): SyscallArgument {
  return { perl: `pack("${template}", ${values.join(", ")})` };
}

/** Returns a script that makes one system call and prints "NAME: done", or "NAME: " with the error message. */
export function syscall(name: SyscallName, ...values: readonly SyscallArgument[]): Script {
  return perl(`${callOf(name, ...values)} print "${name}: ", ($result == -1 ? "$!" : "done"), "\\n";`);
}

/** Returns Perl code that makes the call and sets `$result` and `$!`, for scripts with several calls. */
export function callOf(name: SyscallName, ...values: readonly SyscallArgument[]): string {
  // Passes no string literal to a system call, because the kernel could write into the literal.
  return `my @values = (${values.map(asPerl).join(", ")}); my $result = syscall(${syscallNumber(name)}, @values);`;
}

/** Returns the number of a system call on this machine. */
export function syscallNumber(name: SyscallName): number {
  const [x64, arm64] = numbers[name];
  return process.arch === "arm64" ? arm64 : x64;
}

function asPerl(value: SyscallArgument): string {
  if (typeof value === "number") return String(value);
  return typeof value === "string" ? `"${value}"` : value.perl;
}

export type SyscallName = keyof typeof numbers;

/**
 * System call numbers for x86-64 and arm64. Source: arch/x86/entry/syscalls/syscall_64.tbl and
 * include/uapi/asm-generic/unistd.h of the kernel.
 */
const numbers = {
  acct: [163, 89],
  add_key: [248, 217],
  bpf: [321, 280],
  chroot: [161, 51],
  clock_gettime: [228, 113],
  clock_settime: [227, 112],
  clone: [56, 220],
  clone3: [435, 435],
  delete_module: [176, 106],
  finit_module: [313, 273],
  fsopen: [430, 430],
  io_uring_setup: [425, 425],
  kexec_load: [246, 104],
  keyctl: [250, 219],
  memfd_create: [319, 279],
  mknodat: [259, 33],
  mount: [165, 40],
  open_by_handle_at: [304, 265],
  perf_event_open: [298, 241],
  personality: [135, 92],
  pidfd_open: [434, 434],
  pivot_root: [155, 41],
  process_vm_readv: [310, 270],
  ptrace: [101, 117],
  quotactl: [179, 60],
  reboot: [169, 142],
  request_key: [249, 218],
  setdomainname: [171, 162],
  sethostname: [170, 161],
  setns: [308, 268],
  settimeofday: [164, 170],
  swapon: [167, 224],
  syslog: [103, 116],
  umount2: [166, 39],
  unshare: [272, 97],
  userfaultfd: [323, 282],
} as const satisfies Record<string, readonly [x64: number, arm64: number]>;
