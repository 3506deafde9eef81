import { asRoot, asUser, inBareBubblewrap } from "./support/controls.ts";
import { type ActedProbe, onStage } from "./support/probe.ts";
import { callOf, pack, perl, sh, syscall } from "./support/script.ts";
import type { Stage } from "./support/stage.ts";

const { act, probe } = onStage();
const memoryKey = 0x7e3b_0000 + (process.pid & 0xffff);
const noProcess = /No such process|No such file|cannot open/;

probe("the environment of a root process cannot be read", {
  script: sh('tr "\\0" "\\n" < "/proc/$ROOT_PID/environ"'),
  contained: noProcess,
  control: asRoot,
});

probe("the environment of a host process of the same user cannot be read", {
  script: sh('tr "\\0" "\\n" < "/proc/$SAME_USER_PID/environ"'),
  contained: noProcess,
  control: asUser,
});

probe("the environments of all visible processes contain no secret", {
  script: sh("cat /proc/[0-9]*/environ 2>/dev/null | tr '\\0' '\\n' | grep -a ^LOOT=; echo searched"),
  contained: /^searched$/m,
  control: asRoot,
});

probe("host processes are hidden", {
  script: sh('ls -d "/proc/$SAME_USER_PID" && echo seen'),
  contained: noProcess,
  escaped: /^seen$/m,
  control: inBareBubblewrap({ share: ["pid"] }),
});

probe("a host process of the same user cannot be signaled", {
  script: sh('kill -0 "$SAME_USER_PID" && echo signaled'),
  contained: noProcess,
  escaped: /^signaled$/m,
  control: asUser,
});

probe("a root process cannot be signaled", {
  script: sh('kill -0 "$ROOT_PID" && echo signaled'),
  contained: noProcess,
  escaped: /^signaled$/m,
  control: asRoot,
});

probe("a signal to all processes reaches no host process", {
  script: perl('print "reached ", kill(0, $ENV{SAME_USER_PID}), "\\n"; kill("CONT", -1); print "sent\\n"'),
  contained: /^reached 0\nsent$/m,
  escaped: /^reached 1$/m,
  control: asUser,
});

probe("a host process of the same user cannot be traced", {
  script: syscall("ptrace", 0x4206, { perl: "0 + $ENV{SAME_USER_PID}" }, 0, 0),
  contained: /^ptrace: (No such process|Operation not permitted|Function not implemented)/,
  escaped: /^ptrace: done/,
  control: asUser,
});

probe("the memory of a host process cannot be read with process_vm_readv", {
  // The kernel checks an unmapped address only after granting access.
  script: perl(
    `my $buffer = "x"; ${callOf("process_vm_readv", { perl: "0 + $ENV{SAME_USER_PID}" }, { perl: 'pack("PQ", $buffer, 1)' }, 1, pack("Q2", 4096, 1), 1, 0)} print "$!\\n"`,
  ),
  contained: /^(No such process|Operation not permitted|Function not implemented)/,
  escaped: /^Bad address/,
  control: asUser,
});

probe("the /proc memory file of a host process cannot be opened", {
  script: sh(': < "/proc/$SAME_USER_PID/mem" && echo opened'),
  contained: noProcess,
  escaped: /^opened$/m,
  control: asUser,
});

probe("a pidfd of a host process cannot be opened", {
  script: syscall("pidfd_open", { perl: "0 + $ENV{SAME_USER_PID}" }, 0),
  contained:
    /^pidfd_open: (No such process|Invalid argument|Operation not permitted|Function not implemented)/,
  escaped: /^pidfd_open: done/,
  control: asUser,
});

probe("the priority of a host process cannot be changed", {
  script: perl('print setpriority(0, $ENV{SAME_USER_PID}, 1) ? "changed\\n" : "$!\\n"'),
  contained: noProcess,
  escaped: /^changed$/m,
  control: asUser,
});

probe("the namespaces of a host process cannot be entered", {
  script: perl(
    `open(my $file, "<", "/proc/$ENV{ROOT_PID}/ns/net") or die "$!\\n"; ${callOf("setns", { perl: "fileno($file)" }, 0)} print $result == -1 ? "$!\\n" : "entered\\n"`,
  ),
  contained: noProcess,
  escaped: /^entered$/m,
  control: asRoot,
});

probe("shared memory of the host cannot be found by its key", {
  script: perl(`print defined(shmget(${memoryKey}, 1, 0)) ? "found\\n" : "$!\\n"`),
  contained: /No such file/,
  escaped: /^found$/m,
  // The host creates the shared memory, runs the script and then removes the shared memory.
  control: (script, stage) => {
    const around = `my $id = shmget(${memoryKey}, 16, 01600) or die "$!"; system(@ARGV); shmctl($id, 0, 0)`;
    return asRoot(["perl", "-e", around, ...script], stage);
  },
});

probe("the open files of a host process cannot be listed", {
  script: sh('ls "/proc/$SAME_USER_PID/fd" >/dev/null && echo listed'),
  contained: noProcess,
  escaped: /^listed$/m,
  control: asUser,
});

probe("the environment of the sandbox's first process contains no secret", {
  script: sh(
    "tr '\\0' '\\n' < /proc/1/environ; echo read; test $(tr -d '\\0' < /proc/1/environ | wc -c) -gt 400 && echo much",
  ),
  contained: /^read$/m,
  escaped: /LOOT=|ANTHROPIC|TEMBO|^much$/m,
  control: (_script, stage) => asRoot(sh('tr "\\0" "\\n" < "/proc/$ROOT_PID/environ"'), stage),
});

/** Runs Perl code that attacks init, `$pid`. The control runs it against another process of the same user. */
const attackInit = (code: string, contained: RegExp, escaped: RegExp): ActedProbe<Stage> => ({
  attempt: (stage) => stage.run(perl(`my $pid = 1; ${code}`)),
  contained,
  escaped,
  control: (stage) =>
    asUser(
      perl(
        `$| = 1; open(my $kept, "<", "/etc/hosts"); my $pid = fork; sleep 100 if !$pid; select undef, undef, undef, 0.1; ${code} kill 9, $pid`,
      ),
      stage,
    ),
});

act(
  "the sandbox's init cannot be stopped or killed by a program",
  attackInit(
    'kill $_, $pid for "STOP", "KILL"; select undef, undef, undef, 0.1; open(my $file, "<", "/proc/$pid/stat"); my $line = <$file>; print $line =~ /\\) [TZX]/ || !$line ? "hit\\n" : "unharmed\\n";',
    /^unharmed$/m,
    /^hit$/m,
  ),
);

act(
  "the sandbox's init cannot be traced by a program",
  attackInit(
    `my $number = ${process.arch === "arm64" ? 117 : 101}; print syscall($number, 0x4206, $pid + 0, 0, 0) == -1 ? "$!\\n" : "traced\\n";`,
    /^Operation not permitted$/m,
    /^traced$/m,
  ),
);

act(
  "the sandbox's init cannot be read by a program through its memory or descriptors",
  attackInit(
    // Root can list the descriptors but not open them. In gVisor, programs can open the first two, which are /dev/null.
    'print open(my $file, "<", "/proc/$pid/mem") ? "read\\n" : "$!\\n"; for my $n (2 .. 20) { for my $mode ("<", ">") { print "opened $n\\n" if open(my $file, $mode, "/proc/$pid/fd/$n") } }',
    /^Permission denied\n$/,
    /^read\nopened \d/m,
  ),
);
