import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { type TestContext, test } from "node:test";
import { architectures, refusedCalls } from "../seccomp/system-calls.ts";
import { afterwards } from "../testing/afterwards.ts";
import { makeProvider } from "../testing/make-provider.ts";
import { makeDataDir, run, shell, specOf } from "../testing/run-in-sandbox.ts";

const withPerl = { skip: !existsSync("/usr/bin/perl") && "perl, which makes the calls, is missing" };
const architecture = architectures[process.arch]!;
const { clone, unshare, personality, socketpair, ioctl } = architecture.examined;
const errno = { EPERM: 1, ENOSYS: 38, EPROTONOSUPPORT: 93, EAFNOSUPPORT: 97 } as const;

/** Perl expressions that are true if the attack succeeds. Without a filter, each attack succeeds for any user on a typical kernel. */
const attacks: readonly (readonly [name: string, expression: string, errno: number])[] = [
  ["a user namespace by unshare", call(unshare, 0x10000000), errno.EPERM],
  // CLONE_NEWUSER | SIGCHLD. The child exits immediately.
  [
    "a user namespace by clone",
    `do { my $p = syscall(${clone}, 0x10000011, 0, 0, 0, 0); exit if $p == 0; $p != -1 }`,
    errno.EPERM,
  ],
  ["another personality", call(personality, 0x0040000), errno.EPERM],
  ["keys", call(numberOf("add_key"), '"user"', '"name"', '"data"', 4, "-2 & 0xffffffff"), errno.EPERM],
  ["io_uring", call(numberOf("io_uring_setup"), 4, '"\\0" x 120'), errno.ENOSYS],
  [
    "clone3 (control: it complains of its arguments)",
    `!(${call(numberOf("clone3"), 0, 0)}) && $! == 22`,
    errno.ENOSYS,
  ],
  ["netlink of another kind", "socket(my $s, 16, 3, 4)", errno.EPROTONOSUPPORT],
  ["a terminal's input", `!(${call(ioctl, 0, 0x5412, '"x"')}) && $! != 1`, errno.EPERM],
  [
    "a terminal's input, the upper half of the word set",
    `!(${call(ioctl, 0, 0x7fff00005412, '"x"')}) && $! != 1`,
    errno.EPERM,
  ],
];

test("blocks system calls that would succeed without the filter", withPerl, async (t) => {
  const [sandbox, open] = [await makeSandbox(t), await makeSandbox(t, { hasFilter: false })];
  for (const [name, expression, number] of attacks) {
    const script = `my $ok = ${expression}; print $ok ? "works" : $! + 0`;
    assert.equal((await run(sandbox, ["perl", "-e", script])).stdout, String(number), name);
    assert.equal((await run(open, ["perl", "-e", script])).stdout, "works", `control: ${name}`);
  }
});

test("blocks kernel, hypervisor and link-layer socket families", withPerl, async (t) => {
  const [sandbox, open] = [await makeSandbox(t), await makeSandbox(t, { hasFilter: false })];
  const families = Array.from({ length: 46 }, (_, family) => family);
  const script = `for (@ARGV) { print "$_ " if socket(my $s, $_, 2, 0) || socket($s, $_, 1, 0) || socket($s, $_, 5, 0) || $! != 97 }`;
  const argv = ["perl", "-e", script, ...families.map(String)] as [string, ...string[]];
  assert.equal((await run(sandbox, argv)).stdout, "1 2 10 16 ");
  assert.notEqual((await run(open, argv)).stdout, "1 2 10 16 ", "control: the kernel supports more families");
  const raw = `print join " ", map { socket(my $s, $_->[0], $_->[1], $_->[2]) ? "open" : $! + 0 } [2, 3, 1], [10, 3, 58], [2, 10, 3], [2, 5, 132], [17, 3, 3], [40, 1, 0]`;
  assert.equal((await run(sandbox, ["perl", "-e", raw])).stdout, "1 1 1 1 97 97");
  // TCP and UDP are the only internet protocols that the filter allows. It rejects MPTCP, UDP-Lite, SCTP and DCCP for every socket type.
  const others = `print join " ", map { socket(my $s, $_->[0], $_->[1], $_->[2]) ? "open" : $! + 0 } [2, 1, 262], [10, 1, 262], [2, 2, 136], [2, 1, 132], [2, 1, 6], [10, 1, 0], [2, 2, 17]`;
  assert.equal((await run(sandbox, ["perl", "-e", others])).stdout, "93 93 93 93 open open open");
  assert.match((await run(open, ["perl", "-e", others])).stdout, /^open .* open$/, "control");
  const pairs = `my $b = "\\0" x 8; for (1, 30) { print syscall(${socketpair}, $_, 1, 0, $b) == -1 ? $! + 0 : "open", " " }`;
  assert.equal((await run(sandbox, ["perl", "-e", pairs])).stdout, "open 97 ");
});

test("returns the error listed in the table for every blocked system call", withPerl, async (t) => {
  const sandbox = await makeSandbox(t);
  for (const { errno: name, calls } of refusedCalls) {
    const numbers = calls.map((entry) => entry[architecture.column + 1]).filter((number) => number !== null);
    const script = "print join ' ', map { syscall($_ + 0, 0, 0, 0, 0, 0, 0) == -1 ? $! + 0 : 'works' } @ARGV";
    const { stdout } = await run(sandbox, ["perl", "-e", script, ...numbers.map(String)]);
    assert.deepEqual(new Set(stdout.split(" ")), new Set([String(errno[name])]), stdout);
  }
});

test("kills a program that uses 32-bit x86 system calls", {
  skip: process.arch !== "x64" && "only x64 has the system calls of the 386",
}, async (t) => {
  // A 32-bit ELF: mov eax, 20 (getpid of the 386); int 0x80; mov ebx, 0; mov eax, 1 (exit); int 0x80.
  const code = "b814000000cd80bb00000000b801000000cd80";
  const header =
    "7f454c4601010100000000000000000002000300010000005480040834000000000000000000000034002000010000000000000001000000000000000080040800800408";
  const elf = `${header}6700000067000000050000000010000090${code}`.replace("0090b8", "00b8");
  const script = 'printf %s "$1" | perl -ne \'print pack "H*", $_\' > old && chmod 755 old && ./old; echo $?';
  const statusOf = async (sandbox: Awaited<ReturnType<typeof makeSandbox>>) =>
    (await shell(sandbox, script, elf)).stdout.trim();
  const open = await statusOf(await makeSandbox(t, { hasFilter: false }));
  if (open !== "0") return t.skip("this kernel runs no 32-bit programs");
  assert.equal(await statusOf(await makeSandbox(t)), "159", "128 + SIGSYS");
});

test("cannot signal or trace a process outside the sandbox", withPerl, async (t) => {
  const sandbox = await makeSandbox(t);
  // Tries PTRACE_SEIZE and kill 0 on all pids up to 70,000. The sandbox's own processes are those that the script finds in /proc.
  const script = `
    my %own = map { $_ => 1 } grep { /^[0-9]+$/ } map { s!/proc/!!r } glob "/proc/[0-9]*";
    for (1 .. 70_000) { print "$_ " if !$own{$_} && (kill(0, $_) || syscall($ARGV[0] + 0, 0x4206, $_ + 0, 0, 0) != -1) }
    print "end";`;
  const ptrace = process.arch === "x64" ? "101" : "117";
  assert.equal((await run(sandbox, ["perl", "-e", script, ptrace])).stdout, "end");
  const own = `my $p = fork; sleep 100 if !$p; print syscall($ARGV[0] + 0, 0x4206, $p + 0, 0, 0) == -1 ? $! + 0 : "traced"; kill 9, $p`;
  assert.equal(
    (await run(sandbox, ["perl", "-e", own, ptrace])).stdout,
    "traced",
    "control: a program can trace its own child",
  );
});

test("runs common programs without errors", async (t) => {
  const sandbox = await makeSandbox(t);
  const scripts = [
    "git init -q repository && cd repository && git status --short",
    "node -e 'new Worker(`setTimeout(() => {}, 1)`, { eval: true }).on(`exit`, () => console.log(os.networkInterfaces().lo.length))' >&2 2>/dev/null; node -e 'require(\"node:child_process\").execFileSync(\"true\")'",
    "! command -v /usr/bin/python3 || /usr/bin/python3 -c 'import multiprocessing as m; p = m.Process(target=print); p.start(); p.join(); exit(p.exitcode)'",
    "! command -v strace || strace -f -o /dev/null true",
    "! command -v gdb || gdb -batch -ex run /bin/true",
  ];
  for (const script of scripts) {
    const { code, stderr } = await shell(sandbox, script);
    assert.equal(code, 0, `${script}: ${stderr}`);
  }
});

/** Passes strings through a variable, because Perl's syscall requires them to be writable. */
function call(...words: (number | string)[]): string {
  const operands = words.map((word, index) =>
    String(word).startsWith('"') ? `(my $w${index} = ${word})` : word,
  );
  return `(syscall(${operands.join(", ")}) != -1)`;
}

function numberOf(name: string): number {
  const entry = refusedCalls.flatMap(({ calls }) => calls).find(([found]) => found === name)!;
  return Number(entry[architecture.column + 1]);
}

async function makeSandbox(t: TestContext, options: { hasFilter?: boolean } = {}) {
  const dataDir = await makeDataDir(t);
  const provider = await makeProvider("bubblewrap", dataDir, options);
  const sandbox = await provider.create(specOf());
  afterwards(t, () => sandbox.stop());
  return sandbox;
}
